{%- set systems = [('netsuite', 'erp'), ('wms', 'warehouse'), ('shopify', 'shop'), ('amazon', 'marketplace')] -%}
with

opinions as (

    select * from {{ ref('int_stock_systems_compared') }}

),

ledger as (

    select * from {{ ref('fct_stock_ledger') }}

),

skus as (

    select * from {{ ref('dim_sku') }}

),

compared as (

    select
        sku_id,
        location_id,
        compared_on,
        max(stock_system) as keeping_system,
        {%- for system, word in systems %}
        {%- for state in ['on_hand', 'available', 'committed', 'unsellable', 'in_transit', 'difference'] %}
        max(case when source_system = '{{ system }}' then {{ state }}_units end) as {{ word }}_{{ state }}_units,
        {%- endfor %}
        max(case when source_system = '{{ system }}' then explanation end) as {{ word }}_explanation,
        {%- endfor %}
        max(abs(unexplained_units)) as unexplained_units
    from opinions
    group by sku_id, location_id, compared_on

),

final as (

    select
        {{ key_of(['compared.sku_id', 'compared.location_id']) }} as stock_comparison_id,
        compared.sku_id,
        compared.location_id,
        compared.compared_on,
        compared.keeping_system,
        ledger.method as keeping_method,
        ledger.on_hand_units as kept_on_hand_units,
        ledger.closing_units as kept_available_units,
        ledger.committed_units as kept_committed_units,
        ledger.unsellable_units as kept_unsellable_units,
        ledger.in_transit_units as kept_in_transit_units,
        {%- for system, word in systems %}
        {%- for state in ['on_hand', 'available', 'committed', 'unsellable', 'in_transit'] %}
        {{ money('compared.' ~ word ~ '_' ~ state ~ '_units') }} as {{ word }}_{{ state }}_units,
        {%- endfor %}
        {{ money('compared.' ~ word ~ '_difference_units') }} as {{ word }}_difference_units,
        compared.{{ word }}_explanation,
        {%- endfor %}
        {{ money('compared.unexplained_units') }} as unexplained_units,
        {{ money('compared.unexplained_units * skus.unit_cost_amount') }} as unexplained_amount,
        compared.unexplained_units = 0 as is_explained
    from compared
    inner join skus on compared.sku_id = skus.sku_id
    left join ledger
        on
            compared.sku_id = ledger.sku_id
            and compared.location_id = ledger.location_id
            and compared.compared_on = ledger.stock_on

)

select * from final
