-- A location is mapped for one instance or for all (`*`), never both: a line would count twice.
select
    source_system,
    source_location
from {{ ref('location_mapping') }}
group by source_system, source_location
having count(*) > 1 and sum(case when source_instance = '*' then 1 else 0 end) > 0
