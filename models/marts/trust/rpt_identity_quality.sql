with

compared as (

    select * from {{ ref('int_sku_labels_compared') }}

),

by_system as (

    select
        source_system,
        count(*) as key_count,
        sum(case when sku_id is not null then 1 else 0 end) as mapped_key_count,
        sum(case when is_labelled then 1 else 0 end) as labelled_key_count,
        sum(stake_reporting_amount) as sold_amount,
        sum(case when sku_id is not null then stake_reporting_amount else 0 end) as mapped_amount,
        sum(case when is_labelled then stake_reporting_amount else 0 end) as labelled_amount,
        sum(case when is_labelled and sku_id is not null then stake_reporting_amount else 0 end) as labelled_mapped_amount,
        -- what is no SKU (an empty label) can't be found, only wrongly mapped
        sum(case when is_labelled and true_sku_id is not null then stake_reporting_amount else 0 end) as findable_amount,
        sum(case when is_labelled and sku_id = true_sku_id then stake_reporting_amount else 0 end) as right_amount
    from compared
    group by source_system

),

unioned as (

    select * from by_system
    union all
    select
        'all' as source_system,
        sum(key_count) as key_count,
        sum(mapped_key_count) as mapped_key_count,
        sum(labelled_key_count) as labelled_key_count,
        sum(sold_amount) as sold_amount,
        sum(mapped_amount) as mapped_amount,
        sum(labelled_amount) as labelled_amount,
        sum(labelled_mapped_amount) as labelled_mapped_amount,
        sum(findable_amount) as findable_amount,
        sum(right_amount) as right_amount
    from by_system
    having count(*) > 0

),

final as (

    select
        source_system,
        cast(key_count as {{ dbt.type_bigint() }}) as key_count,
        cast(mapped_key_count as {{ dbt.type_bigint() }}) as mapped_key_count,
        cast(labelled_key_count as {{ dbt.type_bigint() }}) as labelled_key_count,
        {{ money('sold_amount') }} as sold_reporting_amount,
        {{ money('mapped_amount') }} as mapped_reporting_amount,
        {{ money('sold_amount - mapped_amount') }} as unmapped_reporting_amount,
        {{ money('labelled_amount') }} as labelled_reporting_amount,
        {{ money('right_amount') }} as right_reporting_amount,
        {{ money('labelled_mapped_amount - right_amount') }} as wrong_reporting_amount,
        {{ share('right_amount / nullif(labelled_mapped_amount, 0)') }} as precision_share,
        {{ share('right_amount / nullif(findable_amount, 0)') }} as recall_share
    from unioned

)

select * from final
