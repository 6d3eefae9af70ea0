-- id: posts.unapproved_changes.county_chiefs
-- title: 贫困县党政正职未经批准变动
-- title_en: Unapproved changes of poverty counties' chiefs
-- unit: count
-- grain: village
-- definition: 贫困县党政正职在保护期内离任、没有经批准或超时限批准的次数（退休、去世除外）
-- definition_en: Changes of a poverty county's chief in the protected time without an approval in time (retirement and death excepted)
-- article: 9
-- parameters: approval_days=posts.chief_change.approval_days
-- evidence_en: Posts with an unapproved change
with tenure as (
  select a.post, a.body, a.division, a.starts_on, a.ends_on, a.is_exempt,
    lead(a.appointment) over (partition by a.post order by a.starts_on, a.appointment) as next_one,
    lead(a.starts_on) over (partition by a.post order by a.starts_on, a.appointment) as next_starts_on,
    lead(a.approval_reference) over (partition by a.post order by a.starts_on, a.appointment) as next_reference,
    lead(a.approved_on) over (partition by a.post order by a.starts_on, a.appointment) as next_approved_on
  from facts.appointment a
  where a.body_kind = 'party_government' and a.body_level = 3 and a.post_kind in ('party_chief', 'government_chief')
), judged as (
  select t.post, t.body, t.division,
    case when t.ends_on <= :on and not t.is_exempt and p.parameter is not null
      and (t.next_one is null or t.next_reference = '' or t.next_approved_on > t.next_starts_on + :approval_days)
      then 1 else 0 end as wrong,
    case when t.next_one is null then '离任后无人接任' when t.next_reference = '' then '变动没有批准文号' else '批准超过规定时限' end as why
  from tenure t
  join facts.county c on c.division = t.division and c.is_poor
  left join facts.parameter p on p.parameter = 'posts.county_chief.protected' and p.number = 1
    and t.ends_on >= p.valid_from and (p.valid_to is null or t.ends_on < p.valid_to)
)
select j.division, sum(j.wrong) as numerator, count(distinct j.post) as denominator from judged j group by j.division

-- evidence: 未经批准变动的岗位
with tenure as (
  select a.post, a.body, a.division, a.starts_on, a.ends_on, a.is_exempt,
    lead(a.appointment) over (partition by a.post order by a.starts_on, a.appointment) as next_one,
    lead(a.starts_on) over (partition by a.post order by a.starts_on, a.appointment) as next_starts_on,
    lead(a.approval_reference) over (partition by a.post order by a.starts_on, a.appointment) as next_reference,
    lead(a.approved_on) over (partition by a.post order by a.starts_on, a.appointment) as next_approved_on
  from facts.appointment a
  where a.body_kind = 'party_government' and a.body_level = 3 and a.post_kind in ('party_chief', 'government_chief')
), judged as (
  select t.post, t.body, t.division,
    case when t.ends_on <= :on and not t.is_exempt and p.parameter is not null
      and (t.next_one is null or t.next_reference = '' or t.next_approved_on > t.next_starts_on + :approval_days)
      then 1 else 0 end as wrong,
    case when t.next_one is null then '离任后无人接任' when t.next_reference = '' then '变动没有批准文号' else '批准超过规定时限' end as why
  from tenure t
  join facts.county c on c.division = t.division and c.is_poor
  left join facts.parameter p on p.parameter = 'posts.county_chief.protected' and p.number = 1
    and t.ends_on >= p.valid_from and (p.valid_to is null or t.ends_on < p.valid_to)
)
select j.post as id, 'post' as kind, j.division, b.name as label, j.why as why
from judged j join facts.body b on b.body = j.body
where j.wrong = 1
