-- The changes of poverty counties' chiefs, wrong when in the protected time and unapproved.
with
-- include: chief_changes
, judged as (
  select t.post, t.body, t.division, t.why, case when t.is_unapproved and p.parameter is not null then 1 else 0 end as wrong
  from change t
  join facts.county c on c.division = t.division and c.is_poor
  left join facts.parameter p on p.parameter = 'posts.county_chief.protected' and p.number = 1
    and t.ends_on >= p.valid_from and (p.valid_to is null or t.ends_on < p.valid_to)
  where t.body_level = 3
)
