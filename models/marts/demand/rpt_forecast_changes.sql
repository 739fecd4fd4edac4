-- Why the newest forecast is not the one before: what moved over the days that both look at, driver by driver, from the
-- former sum to the new one.
with

drivers as (

    select * from {{ ref('fct_demand_drivers') }}

),

vintages as (

    select
        vintage_on,
        row_number() over (order by vintage_on desc) as vintage_rank
    from (select distinct vintage_on from drivers) as known

),

newest as (

    select drivers.*
    from drivers
    inner join vintages on drivers.vintage_on = vintages.vintage_on and vintages.vintage_rank = 1

),

former as (

    select drivers.*
    from drivers
    inner join vintages on drivers.vintage_on = vintages.vintage_on and vintages.vintage_rank = 2

),

final as (

    select
        {{ key_of(['newest.vintage_on', 'newest.sku_id', 'newest.channel_id', 'newest.location_id']) }} as change_id,
        newest.vintage_on,
        former.vintage_on as former_vintage_on,
        newest.sku_id,
        newest.channel_id,
        newest.location_id,
        min(newest.forecast_on) as first_on,
        max(newest.forecast_on) as last_on,
        {{ share('sum(former.mean_units)') }} as former_units,
        {%- for part in forecast_drivers() %}
        {{ share('sum(newest.' ~ part ~ '_units - former.' ~ part ~ '_units)') }} as {{ part }}_change_units,
        {%- endfor %}
        {{ share('sum(newest.mean_units)') }} as mean_units
    from newest
    inner join former
        on
            newest.sku_id = former.sku_id
            and newest.channel_id = former.channel_id
            and newest.location_id = former.location_id
            and newest.forecast_on = former.forecast_on
    group by newest.vintage_on, former.vintage_on, newest.sku_id, newest.channel_id, newest.location_id

)

select * from final
