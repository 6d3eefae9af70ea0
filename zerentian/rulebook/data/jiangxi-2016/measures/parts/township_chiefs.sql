-- The changes of chiefs in townships with a heavy task, wrong when before the shortest stay and unapproved.
with
-- include: chief_changes
, judged as (
  select t.post, t.body, t.division, t.why,
    case when t.is_unapproved and t.ends_on + 1 < t.starts_on + interval '1 month' * :minimum_months then 1 else 0 end as wrong
  from change t
  join (
    select h.division - h.division % 1000 as township, sum(h.size) as registered
    from facts.household h where h.status not in ('removed', 'closed') group by h.division - h.division % 1000
  ) r on r.township = t.division
  join (
    select v.division - v.division % 1000 as township, sum(v.population) as population
    from facts.village v group by v.division - v.division % 1000
  ) v on v.township = t.division and r.registered * 100 >= v.population * :incidence
  where t.body_level = 4
)
