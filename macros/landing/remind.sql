{% macro remind() %}
    {#- What a person who starts a build should know: that a file can't be read, that no raw table was found, that a
        column seems to have another name, or that the salt is the demo's. -#}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ refuse_unreadable_files() }}
        {%- set systems = graph.sources.values() | map(attribute='source_name') | unique | sort -%}
        {%- set found = namespace(tables=0) -%}
        {%- for source in graph.sources.values() -%}
            {%- set parts = source_parts(source.source_name, source.name) -%}
            {%- set found.tables = found.tables + parts | length -%}
            {{ remind_of_names(source.source_name, source.name, parts) }}
        {%- endfor -%}
        {%- if found.tables == 0 -%}
            {%- do log(
                "No raw table was found in '" ~ var('raw_folder') ~ "', so every mart will be empty. Run `make demo` for the demo "
                ~ "retailer, or set the vars " ~ systems[0] ~ "_location, " ~ systems[1] ~ "_location and so on in dbt_project.yml.",
                info=true
            ) -%}
        {%- elif env_var('SELLTHROUGH_SALT', '') == '' and var('raw_folder') != 'data/raw' -%}
            {%- do log(
                "SELLTHROUGH_SALT is not set, so personal data is hashed with the demo's salt, which everybody knows. Set it in the "
                ~ "environment before you build on real customers, and keep it.",
                info=true
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
