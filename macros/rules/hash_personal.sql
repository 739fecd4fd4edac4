{% macro hash_personal(expression) %}
    {#- A personal value as a salted hash that joins but doesn't tell. The salt comes from the environment. -#}
    case
        when nullif(trim({{ expression }}), '') is not null
            then {{ sha256("lower(trim(" ~ expression ~ ")) || '" ~ env_var('SELLTHROUGH_SALT', 'demo') ~ "'") }}
    end
{%- endmacro %}
