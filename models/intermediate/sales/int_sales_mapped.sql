-- Every sales line of every system with its standard SKU, channel, location, currency and tax, or the reason why it
-- can't count. Each row depends on the rows of its own order, on seeds and on mappings, not on the cut-off.
-- An incremental run works out the lines that landed since the last, and those whose SKU, channel, location or rate has
-- become another one, and writes what changed. The ERP's lines are few and always worked out.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='sales_line_id',
    meta={'restated_scope': 'sales_line_id'}
) }}
-- depends_on: {{ ref('int_mappings_restated') }}
{%- if is_incremental() %}
{%- set renewed = is_renewed(
    'unioned.landed_at', [ref('int_sales_unioned')], 'unioned.source_instance', 'unioned.source_system') %}
{%- set is_remapped = run_query(
    'select count(*) from ' ~ ref('int_mappings_restated') ~ ' where restated_at > ' ~ last_run_time())[0][0] > 0 %}
{%- endif %}

with

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}

),

channels as (

    select * from {{ ref('int_channels_resolved') }}

),

mapped_locations as (

    select * from {{ ref('int_locations_mapped') }}

),

locations as (

    select * from {{ ref('location') }}

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

tax_rates as (

    select
        country_code,
        valid_from,
        coalesce(valid_until, cast('9999-12-31' as date)) as valid_until,
        tax_rate,
        prices_include_tax
    from {{ ref('tax_rate') }}

),

{%- if is_remapped %}

mappings as (

    select * from {{ ref('int_mappings_restated') }}
    where restated_at > {{ last_run_time() }}

),

remapped as (

    select held.sales_line_id
    from {{ this }} as held
    inner join mappings
        on
            held.source_system = mappings.source_system
            and held.source_instance = mappings.source_instance
            and held.sku_key_type = mappings.first_key
            and held.source_sku = mappings.second_key
    where mappings.mapping_kind = 'sku'
    union
    select held.sales_line_id
    from {{ this }} as held
    inner join mappings
        on
            held.source_system = mappings.source_system
            and held.source_instance = mappings.source_instance
            and held.channel_key = mappings.first_key
            and held.fulfilment_key = mappings.second_key
    where mappings.mapping_kind = 'channel'
    union
    select held.sales_line_id
    from {{ this }} as held
    inner join mappings
        on
            held.source_system = mappings.source_system
            and held.source_instance = mappings.source_instance
            and held.location_key = mappings.first_key
    where mappings.mapping_kind = 'location'
    union
    select held.sales_line_id
    from {{ this }} as held
    inner join mappings
        on
            held.currency_code = mappings.first_key
            and held.business_on = {{ dbt.safe_cast('mappings.second_key', 'date') }}
    where mappings.mapping_kind = 'rate'

),
{%- endif %}

sales_lines as (

    {%- if is_incremental() %}

    -- each read apart: an engine finds what landed by the stamps that it keeps of each block
    select
        unioned.*,
        {{ run_time() }} as restated_at
    from {{ ref('int_sales_unioned') }} as unioned
    where unioned.source_system != 'netsuite' and {{ renewed }}
    union all
    select
        unioned.*,
        {{ run_time() }} as restated_at
    from {{ ref('int_sales_unioned') }} as unioned
    where unioned.source_system = 'netsuite'
    {%- if is_remapped %}
    union all
    select
        unioned.*,
        {{ run_time() }} as restated_at
    from {{ ref('int_sales_unioned') }} as unioned
    inner join remapped on unioned.sales_line_id = remapped.sales_line_id
    where unioned.source_system != 'netsuite' and not {{ renewed }}
    {%- endif %}

    {%- else %}

    select
        *,
        {{ run_time() }} as restated_at
    from {{ ref('int_sales_unioned') }}

    {%- endif %}

),

joined as (

    select
        sales_lines.*,
        sku_keys.sku_id,
        sku_keys.method as sku_method,
        sku_keys.candidate_count as sku_candidate_count,
        coalesce(sku_keys.units_per_key, 1) as units_per_key,
        channels.channel_id,
        coalesce(mapped_locations.location_id, channels.location_id) as location_id,
        rates.exchange_rate
    from sales_lines
    left join sku_keys
        on
            sales_lines.source_system = sku_keys.source_system
            and sales_lines.source_instance = sku_keys.source_instance
            and sales_lines.sku_key_type = sku_keys.sku_key_type
            and sales_lines.source_sku = sku_keys.source_sku
    left join channels
        on
            sales_lines.source_system = channels.source_system
            and sales_lines.source_instance = channels.source_instance
            and sales_lines.channel_key = channels.channel_key
            and sales_lines.fulfilment_key = channels.fulfilment_key
    left join mapped_locations
        on
            sales_lines.source_system = mapped_locations.source_system
            and sales_lines.source_instance = mapped_locations.source_instance
            and sales_lines.location_key = mapped_locations.source_location
    left join rates
        on sales_lines.currency_code = rates.currency_code and sales_lines.business_on = rates.valid_on

),

placed as (

    select
        joined.*,
        upper(coalesce(joined.tax_country_code, locations.country_code, '{{ var("home_country_code") }}')) as country_code
    from joined
    left join locations on joined.location_id = locations.location_id

),

taxed as (

    select
        placed.*,
        -- the source's word, else the var's on the system, else the custom of the country
        coalesce(
            placed.is_tax_included,
            tax_rates.prices_include_tax,
            {{ 'true' if var('prices_include_tax')['default'] else 'false' }}
        ) as has_tax_in_price,
        coalesce(tax_rates.tax_rate, 0) as tax_rate
    from placed
    left join tax_rates
        on
            placed.country_code = tax_rates.country_code
            and placed.business_on between tax_rates.valid_from and tax_rates.valid_until

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
        sku_key_type,
        source_channel,
        sku_id,
        sku_method,
        channel_id,
        location_id,
        customer_id,
        currency_code,
        exchange_rate,
        ordered_at,
        ordered_on,
        business_on,
        returned_on,
        source_units,
        source_amount,
        -- a key may be a case
        {{ money('gross_units * units_per_key') }} as gross_units,
        {{ money('returned_units * units_per_key') }} as returned_units,
        gross_amount,
        discount_amount,
        returned_amount,
        has_tax_in_price as is_tax_included,
        {{ money('coalesce(
            tax_amount,
            case when has_tax_in_price then (gross_amount - discount_amount) * (tax_rate / (1 + tax_rate)) end,
            0
        )') }} as tax_amount,
        {{ money('coalesce(
            returned_tax_amount,
            case when has_tax_in_price then returned_amount * (tax_rate / (1 + tax_rate)) end,
            0
        )') }} as returned_tax_amount,
        {{ money('ordered_units * units_per_key') }} as ordered_units,
        {{ money('open_units * units_per_key') }} as open_units,
        {{ money('backordered_units * units_per_key') }} as backordered_units,
        expected_on,
        landed_at,
        restated_at,
        channel_key,
        fulfilment_key,
        location_key,
        sku_candidate_count,
        units_per_key,
        unreadable_columns,
        x_columns,
        case
            when rejection_reason is not null then rejection_reason
            when business_on is null then 'no date'
            when business_on < cast('{{ var("earliest_date") }}' as date) then 'dated before the business'
        end as row_reason,
        case
            when (gross_units + returned_units) * units_per_key > {{ var('max_line_units') }} then 'absurd quantity'
            -- the ERP's units of measure may leave a part of one
            when source_units != floor(source_units) and source_system != 'netsuite' then 'quantity is not whole'
            when gross_amount < 0 then 'negative price'
            when gross_amount * exchange_rate > gross_units * units_per_key * {{ var('max_unit_price_amount') }} then 'absurd price'
            when source_sku is null or trim(source_sku) = '' then 'no SKU'
            when sku_candidate_count > 1 then 'SKU in conflict'
            when sku_id is null then 'unmapped SKU'
            when channel_id is null then 'unknown channel'
            when location_id is null then 'unknown location'
            when exchange_rate is null then 'no exchange rate'
        end as mapping_reason
    from taxed

)

select * from final
