-- Rows, units and money of every source table are in facts or in quarantine, exactly.
select * from {{ ref('rpt_reconciliation') }}
where not is_tied
