-- Checks by sample: which households the county drew, by when, and what was found; without what was written.
create view facts.household_check with (security_invoker = true) as
select c.id as household_check, c.round_id as round, c.division, c.household_id as household, c.purpose, c.drawn_on, c.due_on,
       c.state, c.finding, jsonb_array_length(c.failings) as failings, c.medium, c.help_continues, c.visited_on, c.recorded_on
from oversight_check c;
