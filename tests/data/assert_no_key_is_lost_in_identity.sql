-- Every key that sells or keeps stock has its row in the bridge.
select
    sales_lines.source_system,
    sales_lines.sku_key_type,
    sales_lines.source_sku
from {{ ref('int_sales_resolved') }} as sales_lines
left join {{ ref('bridge_sku_identity') }} as identities
    on
        sales_lines.source_system = identities.source_system
        and sales_lines.sku_key_type = identities.sku_key_type
        and sales_lines.source_sku = identities.source_key
where identities.sku_key_id is null and nullif(trim(sales_lines.source_sku), '') is not null
