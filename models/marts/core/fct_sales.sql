{{ config(
    materialized='incremental',
    unique_key='sales_line_id',
    pre_hook="{% if is_incremental() %}
        delete from {{ this }}
        where sales_line_id in (
            select sales_line_id from {{ ref('int_sales_resolved') }} where rejection_reason is not null
        )
    {% endif %}"
) }}

with

skus as (

    select * from {{ ref('dim_sku') }}

),
{%- if is_incremental() %}

-- the cost of a SKU restates what was sold of it
recosted_skus as (

    select distinct held.sku_id
    from {{ this }} as held
    left join skus on held.sku_id = skus.sku_id
    where
        coalesce(held.cost_reporting_amount, -1)
        != coalesce({{ money(times('held.gross_units - held.returned_units', 'skus.unit_cost_amount')) }}, -1)

),
{%- endif %}

accepted as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null

),

sales_lines as (

    select accepted.*
    from accepted
    {%- if is_incremental() %}
    where
        accepted.sku_id in (select recosted_skus.sku_id from recosted_skus)
        or accepted.restated_at > {{ last_run_time() }}
        or accepted.business_on > (select max(held.business_on) from {{ this }} as held)
    {%- endif %}

),

costed as (

    select
        sales_lines.*,
        {{ money('sales_lines.tax_amount - sales_lines.returned_tax_amount') }} as kept_tax_amount,
        {{ money(times('sales_lines.gross_units - sales_lines.returned_units', 'skus.unit_cost_amount')) }} as cost_reporting_amount
    from sales_lines
    left join skus on sales_lines.sku_id = skus.sku_id

),

amounts as (

    select
        *,
        {{ money('case when is_tax_included then kept_tax_amount else 0 end') }} as included_tax_amount,
        {{ money(times('gross_amount', 'exchange_rate')) }} as gross_reporting_amount,
        {{ money(times('discount_amount', 'exchange_rate')) }} as discount_reporting_amount,
        {{ money(times('returned_amount', 'exchange_rate')) }} as returned_reporting_amount,
        {{ money('case when is_tax_included then ' ~ times('kept_tax_amount', 'exchange_rate') ~ ' else 0 end') }} as included_tax_reporting_amount
    from costed

),

netted as (

    select
        *,
        {{ money('gross_amount - discount_amount - returned_amount - included_tax_amount') }} as net_amount,
        {{ money('gross_reporting_amount - discount_reporting_amount - returned_reporting_amount
            - included_tax_reporting_amount') }} as net_reporting_amount
    from amounts

),

final as (

    select
        sales_line_id,
        source_system,
        source_instance,
        source_table,
        order_id,
        line_id,
        source_sku,
        sku_id,
        channel_id,
        location_id,
        customer_id,
        ordered_at,
        ordered_on,
        business_on,
        returned_on,
        gross_units,
        returned_units,
        {{ money('gross_units - returned_units') }} as net_units,
        currency_code,
        gross_amount,
        discount_amount,
        returned_amount,
        is_tax_included,
        kept_tax_amount as tax_amount,
        returned_tax_amount,
        included_tax_amount,
        net_amount,
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        exchange_rate,
        gross_reporting_amount,
        discount_reporting_amount,
        returned_reporting_amount,
        included_tax_reporting_amount,
        net_reporting_amount,
        cost_reporting_amount,
        {{ money('net_reporting_amount - cost_reporting_amount') }} as margin_reporting_amount,
        coalesce(gross_amount > 0 and discount_amount >= gross_amount * {{ var('promotion_min_discount_rate') }}, false)
            as is_promoted,
        source_units,
        source_amount,
        landed_at,
        x_columns
    from netted

)

select * from final
