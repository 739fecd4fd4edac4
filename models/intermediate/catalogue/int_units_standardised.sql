-- One row per unit of measure of the ERP: base units in one of it, and whether they are measured (var `measured_units`)
-- instead of counted. A rate that is missing or not positive is no rate: one.
with

units as (

    select * from {{ ref('stg_netsuite__unitstypeuom') }}
    where delivery_rank = 1

),

final as (

    select
        {{ key_of(['source_instance', 'unit_id']) }} as unit_key,
        source_instance,
        unit_id,
        unit_name,
        case when eaches_per_unit > 0 then eaches_per_unit else 1 end as eaches_per_unit,
        {{ regex_replace("lower(coalesce(unit_name, ''))", '(^|.*[^a-z])(' ~ var('measured_units') | join('|') ~ ')($|[^a-z].*)', '') }} = ''
        and coalesce(unit_name, '') != '' as is_measured,
        coalesce(eaches_per_unit, 0) > 0 as has_rate
    from units

)

select * from final
