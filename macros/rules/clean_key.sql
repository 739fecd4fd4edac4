{% macro clean_key(expression) %}
    {#- A key as a person would have typed it: full-width letters and digits narrow, hard and exotic blanks plain,
        invisible marks and the apostrophes that spreadsheets put before numbers gone, no blanks at the ends, and no
        `.0` that a number got on its way through a float. -#}
    {%- set wide, narrow = [], [] -%}
    {%- for letter in 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./#' -%}
        {%- do narrow.append(letter) -%}
    {%- endfor -%}
    {%- for letter in 'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９－＿．／＃' -%}
        {%- do wide.append(letter) -%}
    {%- endfor -%}
    {%- set blanks = '\u00a0\u2007\u2009\u202f\u3000\t' -%}
    {%- set dashes = '\u2010\u2011\u2012\u2013\u2014\u2212' -%}
    {%- set gone = '\u200b\u200c\u200d\u2060\ufeff\u2018\u2019\u00b4`' -%}
    {%- set from = (wide | join) ~ blanks ~ dashes ~ gone ~ dbt.escape_single_quotes("'") -%}
    {%- set to = (narrow | join) ~ ' ' * (blanks | length) ~ '-' * (dashes | length) -%}
    {{ regex_replace("trim(translate(" ~ expression ~ ", '" ~ from ~ "', '" ~ to ~ "'))", '^([0-9]+)[.]0+$', '{1}') }}
{%- endmacro %}
