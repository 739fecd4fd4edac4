-- What sales took off the shelf and what came back onto it, per SKU, location and day. Kits leave as their components. A
-- return of the tills is back on the shelf on its day; a refund of a shop only if it was restocked, on the refund's day.
-- Sales after the cut-off count here too: they lead from the present record back to the cut-off.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_sale_id',
    meta={
        'restated_by': ['int_sales_exploded', 'int_stock_restocks_flowed'],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'flowed_on',
        'restated_until': 'data_until_on'
    }
) }}

with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}

),

restocks as (

    select * from {{ ref('int_stock_restocks_flowed') }}

),

late_lines as (

    select * from {{ ref('int_sales_mapped') }}
    where row_reason is null and mapping_reason is null

),

kits as (

    select
        kit_sku_id,
        component_sku_id,
        component_units
    from {{ ref('int_kits_exploded') }}

),

cut_off as (

    select
        cut_off_on,
        data_until_on
    from {{ ref('int_sales_cut_off') }}

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),
{%- endif %}

flowed as (

    select
        sku_id,
        location_id,
        business_on as flowed_on,
        gross_units as sold_units,
        returned_units as return_units
    from sales_lines
    union all
    select
        coalesce(kits.component_sku_id, late_lines.sku_id) as sku_id,
        late_lines.location_id,
        late_lines.business_on as flowed_on,
        late_lines.gross_units * coalesce(kits.component_units, 1) as sold_units,
        case when late_lines.gross_units = 0 then late_lines.returned_units else 0 end * coalesce(kits.component_units, 1)
            as return_units
    from late_lines
    inner join cut_off
        on late_lines.business_on > cut_off.cut_off_on and late_lines.business_on <= cut_off.data_until_on
    left join kits on late_lines.sku_id = kits.kit_sku_id
    union all
    select
        sku_id,
        location_id,
        flowed_on,
        0 as sold_units,
        return_units
    from restocks

),

final as (

    select
        {{ key_of(['flowed.sku_id', 'flowed.location_id', 'flowed.flowed_on']) }} as stock_sale_id,
        flowed.sku_id,
        flowed.location_id,
        flowed.flowed_on,
        {{ money('sum(flowed.sold_units)') }} as sold_units,
        {{ money('sum(flowed.return_units)') }} as return_units
    from flowed
    {%- if is_incremental() %}
    inner join restated
        on
            flowed.sku_id = restated.sku_id
            and flowed.location_id = restated.location_id
            and flowed.flowed_on >= restated.restated_from_on
    {%- endif %}
    group by flowed.sku_id, flowed.location_id, flowed.flowed_on
    having sum(abs(flowed.sold_units) + abs(flowed.return_units)) > 0

)

select * from final
{{ restated_rows('restated') }}
