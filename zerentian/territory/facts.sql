-- Divisions within the scope; the list itself is open to everyone who is signed in, the facts are narrowed like all others.
create view facts.division with (security_invoker = true) as
select id as division, name, level, parent, is_unit, valid_from, valid_to
from territory_division
where id >= nullif(current_setting('zerentian.lo', true), '')::bigint
  and id < nullif(current_setting('zerentian.hi', true), '')::bigint
  and case when coalesce(current_setting('zerentian.ranges', true), '') = '' then true
           else id <@ nullif(current_setting('zerentian.ranges', true), '')::int8multirange end;
