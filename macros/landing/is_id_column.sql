{% macro is_id_column(column) %}
    {#- Whether a contract's column holds an id: by its name, or because the vendor names references plainly. -#}
    {{ return(column.endswith('id') or column.endswith('_code') or column.endswith('_number') or column in [
        'transaction', 'item', 'location', 'vendor', 'parentitem', 'entity', 'createdfrom', 'units', 'stockunit',
        'purchaseunit', 'sku', 'seller_sku', 'asin', 'barcode', 'upccode',
    ]) }}
{% endmacro %}
