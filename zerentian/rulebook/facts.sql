-- Local measures, one row for each duty that one tightens or adds.
create view facts.overlay with (security_invoker = true) as
select o.id as overlay, o.division, item.duty, o.valid_from, o.valid_to, o.submitted_on
from rulebook_overlay o
cross join lateral (
  select t.entry ->> 'duty' as duty from jsonb_array_elements(o.content -> 'tighten') as t (entry)
  union
  select a.entry ->> 'id' from jsonb_array_elements(o.content -> 'add') as a (entry)
) item
-- Everyone may read every overlay, but a figure counts only those of the scope.
where o.division >= nullif(current_setting('zerentian.lo', true), '')::bigint
  and o.division < nullif(current_setting('zerentian.hi', true), '')::bigint;

-- Questions on the rules, with the day by which an answer was due and the day it was given.
create view facts.interpretation with (security_invoker = true) as
select i.id as interpretation, i.division, i.duty, i.article, i.asked_on, i.due_on, i.answered_on
from rulebook_interpretation i
where i.division >= nullif(current_setting('zerentian.lo', true), '')::bigint
  and i.division < nullif(current_setting('zerentian.hi', true), '')::bigint;

-- Policy numbers by validity; a measure that needs the number of another day than its own joins this (exit lines by year).
create view facts.parameter with (security_invoker = true) as
select p.key as parameter, p.area as division, p.valid_from, p.valid_to,
       case jsonb_typeof(p.value) when 'number' then (p.value #>> '{}')::numeric(18, 4)
            when 'object' then (p.value ->> 'decimal')::numeric(18, 4) end as number
from rulebook_parameterrecord p;
