with

identities as (

    select * from {{ ref('bridge_sku_identity') }}
    where sku_id is null

),

suggestions as (

    select * from {{ ref('int_sku_keys_suggested') }}

),

quarantined as (

    select * from {{ ref('fct_quarantine') }}

),

sku_rows_at_stake as (

    select
        source_system,
        source_instance,
        source_sku,
        min(occurred_on) as first_seen_on,
        max(occurred_on) as last_seen_on,
        count(*) as row_count,
        sum(abs(coalesce(source_units, 0))) as source_units,
        sum(abs(coalesce(stake_reporting_amount, 0))) as stake_reporting_amount
    from quarantined
    where rejection_reason in ('unmapped SKU', 'SKU in conflict')
    group by source_system, source_instance, source_sku

),

sku_rows as (

    select
        'sku|' || identities.sku_key_id as unmapped_id,
        'sku' as mapping_kind,
        identities.source_system,
        identities.source_instance,
        identities.source_key,
        case
            when identities.candidate_count > 1 then 'SKU in conflict'
            else coalesce('unmapped SKU: ' || identities.key_defect, 'unmapped SKU')
        end as reason,
        case when identities.candidate_count > 1 then identities.candidate_sku_ids end as candidate_ids,
        suggestions.sku_id as suggested_id,
        suggestions.suggestion_reason,
        coalesce(sku_rows_at_stake.first_seen_on, identities.first_seen_on) as first_seen_on,
        sku_rows_at_stake.last_seen_on,
        coalesce(sku_rows_at_stake.row_count, 0) as row_count,
        coalesce(sku_rows_at_stake.source_units, 0) as source_units,
        coalesce(sku_rows_at_stake.stake_reporting_amount, 0) as stake_reporting_amount,
        'seeds/catalogue/sku_mapping.csv' as seed_file,
        {{ csv_line([
            'identities.source_system', 'identities.source_instance', 'identities.source_key', 'suggestions.sku_id', "''", "'map'", "''", "''",
            "case when identities.candidate_count > 1 then 'one of ' || identities.candidate_sku_ids else suggestions.suggestion_reason end",
        ]) }} as seed_row
    from identities
    left join suggestions on identities.sku_key_id = suggestions.sku_key_id
    left join sku_rows_at_stake
        on
            identities.source_system = sku_rows_at_stake.source_system
            and identities.source_instance = sku_rows_at_stake.source_instance
            and identities.source_key = sku_rows_at_stake.source_sku

),

channels as (

    select
        source_system,
        source_instance,
        channel_key,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on
    from {{ ref('int_channels_resolved') }}
    where channel_id is null
    group by source_system, source_instance, channel_key

),

channel_rows_at_stake as (

    select
        source_system,
        source_instance,
        coalesce(source_channel, '') as channel_key,
        count(*) as row_count,
        sum(abs(coalesce(source_units, 0))) as source_units,
        sum(abs(coalesce(stake_reporting_amount, 0))) as stake_reporting_amount
    from quarantined
    where rejection_reason = 'unknown channel'
    group by source_system, source_instance, coalesce(source_channel, '')

),

channel_rows as (

    select
        'channel|' || {{ key_of(['channels.source_system', 'channels.source_instance', 'channels.channel_key']) }} as unmapped_id,
        'channel' as mapping_kind,
        channels.source_system,
        channels.source_instance,
        channels.channel_key as source_key,
        'unknown channel' as reason,
        cast(null as {{ dbt.type_string() }}) as candidate_ids,
        cast(null as {{ dbt.type_string() }}) as suggested_id,
        cast(null as {{ dbt.type_string() }}) as suggestion_reason,
        channels.first_seen_on,
        channels.last_seen_on,
        channel_rows_at_stake.row_count,
        channel_rows_at_stake.source_units,
        channel_rows_at_stake.stake_reporting_amount,
        'seeds/catalogue/channel_mapping.csv' as seed_file,
        {{ csv_line([
            'channels.source_system', 'channels.source_instance', "coalesce(nullif(channels.channel_key, ''), '*')", "'*'", "''", "''", "''", "''", "''",
        ]) }} as seed_row
    from channels
    inner join channel_rows_at_stake
        on
            channels.source_system = channel_rows_at_stake.source_system
            and channels.source_instance = channel_rows_at_stake.source_instance
            and channels.channel_key = channel_rows_at_stake.channel_key

),

location_rows as (

    select
        'location|' || location_mapping_id as unmapped_id,
        'location' as mapping_kind,
        source_system,
        source_instance,
        source_location as source_key,
        case method when 'conflict' then 'location in conflict' else 'unknown location' end as reason,
        cast(null as {{ dbt.type_string() }}) as candidate_ids,
        cast(null as {{ dbt.type_string() }}) as suggested_id,
        cast(null as {{ dbt.type_string() }}) as suggestion_reason,
        first_seen_on,
        last_seen_on,
        row_count,
        source_units,
        stake_reporting_amount,
        'seeds/catalogue/location_mapping.csv' as seed_file,
        {{ csv_line(['source_system', 'source_instance', 'source_location', "''", "''", "''", 'source_location_name']) }} as seed_row
    from {{ ref('int_locations_mapped') }}
    where location_id is null

),

supplier_rows as (

    select
        'supplier|' || supplier_mapping_id as unmapped_id,
        'supplier' as mapping_kind,
        source_system,
        source_instance,
        source_supplier as source_key,
        'unknown supplier' as reason,
        cast(null as {{ dbt.type_string() }}) as candidate_ids,
        cast(null as {{ dbt.type_string() }}) as suggested_id,
        cast(null as {{ dbt.type_string() }}) as suggestion_reason,
        first_seen_on,
        cast(null as date) as last_seen_on,
        row_count,
        0 as source_units,
        0 as stake_reporting_amount,
        'seeds/catalogue/supplier_mapping.csv' as seed_file,
        {{ csv_line(['source_system', 'source_instance', 'source_supplier', "''", "''", "''", 'vendor_name']) }} as seed_row
    from {{ ref('int_suppliers_mapped') }}
    where supplier_id is null

),

-- rates are a source, not a seed: there is no row to paste
currency_rows as (

    select
        'currency|' || {{ key_of(['source_system', 'source_instance', 'currency_code']) }} as unmapped_id,
        'currency' as mapping_kind,
        source_system,
        source_instance,
        currency_code as source_key,
        'no exchange rate: land it in fx.daily_rate' as reason,
        cast(null as {{ dbt.type_string() }}) as candidate_ids,
        cast(null as {{ dbt.type_string() }}) as suggested_id,
        cast(null as {{ dbt.type_string() }}) as suggestion_reason,
        min(occurred_on) as first_seen_on,
        max(occurred_on) as last_seen_on,
        count(*) as row_count,
        sum(abs(coalesce(source_units, 0))) as source_units,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        cast(null as {{ dbt.type_string() }}) as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from quarantined
    where rejection_reason = 'no exchange rate'
    group by source_system, source_instance, currency_code

),

unioned as (

    select * from sku_rows
    union all
    select * from channel_rows
    union all
    select * from location_rows
    union all
    select * from supplier_rows
    union all
    select * from currency_rows

),

final as (

    select
        unmapped_id,
        mapping_kind,
        source_system,
        source_instance,
        source_key,
        reason,
        candidate_ids,
        suggested_id,
        suggestion_reason,
        first_seen_on,
        last_seen_on,
        cast(row_count as {{ dbt.type_bigint() }}) as row_count,
        {{ money('source_units') }} as source_units,
        {{ money('stake_reporting_amount') }} as stake_reporting_amount,
        seed_file,
        seed_row
    from unioned

)

select * from final
