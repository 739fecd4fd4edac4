-- One row per supplier of a source: the standard supplier. A row of the seed `supplier_mapping` beats all; a number
-- that only one instance of the ERP uses is the supplier's own; a number of two instances is one supplier only under
-- one name, else the instance stands before it.
with

vendors as (

    select
        'netsuite' as source_system,
        source_instance,
        vendor_id as source_supplier,
        vendor_name,
        {{ normalise_name('vendor_name') }} as normalised_name,
        true as is_listed,
        cast(null as date) as first_seen_on
    from {{ ref('stg_netsuite__vendor') }}
    where delivery_rank = 1

),

ordered as (

    select
        'netsuite' as source_system,
        source_instance,
        entity_id as source_supplier,
        min(transacted_on) as first_seen_on,
        count(*) as order_count
    from {{ ref('stg_netsuite__transaction') }}
    where delivery_rank = 1 and transaction_type = 'PurchOrd' and entity_id is not null
    group by source_instance, entity_id

),

mapping as (

    select
        *,
        row_number() over (
            partition by source_system, source_supplier, source_instance
            order by supplier_id
        ) as mapping_rank
    from {{ ref('supplier_mapping') }}

),

unioned as (

    select
        coalesce(vendors.source_system, ordered.source_system) as source_system,
        coalesce(vendors.source_instance, ordered.source_instance) as source_instance,
        coalesce(vendors.source_supplier, ordered.source_supplier) as source_supplier,
        vendors.vendor_name,
        vendors.normalised_name,
        vendors.source_supplier is not null as is_listed,
        ordered.first_seen_on,
        coalesce(ordered.order_count, 0) as order_count
    from vendors
    full outer join ordered
        on
            vendors.source_instance = ordered.source_instance
            and vendors.source_supplier = ordered.source_supplier

),

counted as (

    select
        *,
        min(source_instance) over (partition by source_system, source_supplier) as first_instance,
        max(source_instance) over (partition by source_system, source_supplier) as last_instance,
        min(normalised_name) over (partition by source_system, source_supplier) as first_name,
        max(normalised_name) over (partition by source_system, source_supplier) as last_name
    from unioned

),

ruled as (

    select
        counted.*,
        coalesce(own_rules.supplier_id, all_rules.supplier_id) as ruled_supplier_id,
        case when own_rules.supplier_id is not null then own_rules.reviewed_by else all_rules.reviewed_by end as reviewed_by,
        case when own_rules.supplier_id is not null then own_rules.reviewed_on else all_rules.reviewed_on end as reviewed_on
    from counted
    left join mapping as own_rules
        on
            counted.source_system = own_rules.source_system
            and counted.source_instance = own_rules.source_instance
            and counted.source_supplier = own_rules.source_supplier
            and own_rules.mapping_rank = 1
    left join mapping as all_rules
        on
            counted.source_system = all_rules.source_system
            and counted.source_supplier = all_rules.source_supplier
            and all_rules.source_instance = '*'
            and all_rules.mapping_rank = 1

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'source_supplier']) }} as supplier_mapping_id,
        source_system,
        source_instance,
        source_supplier,
        vendor_name,
        case
            when ruled_supplier_id is not null then ruled_supplier_id
            when not is_listed then null
            when first_instance = last_instance or first_name = last_name then source_supplier
            else source_instance || '|' || source_supplier
        end as supplier_id,
        case
            when ruled_supplier_id is not null then 'manual'
            when not is_listed then 'none'
            when first_instance = last_instance then 'exact'
            when first_name = last_name then 'normalised'
            else 'exact'
        end as method,
        {{ share("case
            when ruled_supplier_id is not null then 1
            when not is_listed then 0
            when first_instance != last_instance and first_name = last_name then 0.98
            else 1
        end") }} as confidence_share,
        reviewed_by,
        reviewed_on,
        first_seen_on,
        cast(order_count as {{ dbt.type_bigint() }}) as row_count
    from ruled

)

select * from final
