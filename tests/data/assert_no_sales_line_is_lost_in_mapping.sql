-- Resolving SKU, channel, location and rate neither drops nor doubles a line.
select
    unioned.row_count as unioned_count,
    resolved.row_count as resolved_count
from (select count(*) as row_count from {{ ref('int_sales_unioned') }}) as unioned
cross join (select count(*) as row_count from {{ ref('int_sales_resolved') }}) as resolved
where unioned.row_count != resolved.row_count
