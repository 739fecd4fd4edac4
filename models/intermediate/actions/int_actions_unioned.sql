-- Everything worth doing, of every kind.
with

unioned as (

    select * from {{ ref('int_actions_ordered') }}
    union all
    select * from {{ ref('int_actions_expedited') }}
    union all
    select * from {{ ref('int_actions_surplus') }}
    union all
    select * from {{ ref('int_actions_held') }}

),

final as (

    select * from unioned

)

select * from final
