with

defects as (

    select * from {{ ref('int_catalogue_defects') }}

),

final as (

    select
        catalogue_defect_id,
        defect_kind,
        subject,
        detail,
        remedy,
        seed_file,
        seed_row
    from defects

)

select * from final
