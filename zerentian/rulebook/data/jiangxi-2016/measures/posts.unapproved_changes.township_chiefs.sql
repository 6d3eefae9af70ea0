-- id: posts.unapproved_changes.township_chiefs
-- title: 任务较重乡镇党政正职不稳定
-- title_en: Unstable chiefs of heavily burdened townships
-- unit: count
-- grain: village
-- definition: 贫困人口占比达到界线的乡镇，党政正职任职不满最短月数即变动、且没有按时批准的次数
-- definition_en: In townships whose registered share reaches the limit: changes of a chief before the shortest stay, without an approval in time
-- article: 19
-- parameters: approval_days=posts.chief_change.approval_days, minimum_months=posts.township_chief.minimum_months, incidence=posts.heavy_township.incidence
-- evidence_en: Posts left before the shortest stay
with tenure as (
  select a.post, a.body, a.division, a.starts_on, a.ends_on, a.is_exempt,
    lead(a.appointment) over (partition by a.post order by a.starts_on, a.appointment) as next_one,
    lead(a.starts_on) over (partition by a.post order by a.starts_on, a.appointment) as next_starts_on,
    lead(a.approval_reference) over (partition by a.post order by a.starts_on, a.appointment) as next_reference,
    lead(a.approved_on) over (partition by a.post order by a.starts_on, a.appointment) as next_approved_on
  from facts.appointment a
  where a.body_kind = 'party_government' and a.body_level = 4 and a.post_kind in ('party_chief', 'government_chief')
), judged as (
  select t.post, t.body, t.division,
    case when t.ends_on <= :on and not t.is_exempt and t.ends_on + 1 < t.starts_on + interval '1 month' * :minimum_months
      and (t.next_one is null or t.next_reference = '' or t.next_approved_on > t.next_starts_on + :approval_days)
      then 1 else 0 end as wrong,
    case when t.next_one is null then '离任后无人接任' when t.next_reference = '' then '变动没有批准文号' else '批准超过规定时限' end as why
  from tenure t
  join (
    select h.division - h.division % 1000 as township, sum(h.size) as registered
    from facts.household h where h.status not in ('removed', 'closed') group by h.division - h.division % 1000
  ) r on r.township = t.division
  join (
    select v.division - v.division % 1000 as township, sum(v.population) as population
    from facts.village v group by v.division - v.division % 1000
  ) v on v.township = t.division and r.registered * 100 >= v.population * :incidence
)
select j.division, sum(j.wrong) as numerator, count(distinct j.post) as denominator from judged j group by j.division

-- evidence: 任期不满即变动的岗位
with tenure as (
  select a.post, a.body, a.division, a.starts_on, a.ends_on, a.is_exempt,
    lead(a.appointment) over (partition by a.post order by a.starts_on, a.appointment) as next_one,
    lead(a.starts_on) over (partition by a.post order by a.starts_on, a.appointment) as next_starts_on,
    lead(a.approval_reference) over (partition by a.post order by a.starts_on, a.appointment) as next_reference,
    lead(a.approved_on) over (partition by a.post order by a.starts_on, a.appointment) as next_approved_on
  from facts.appointment a
  where a.body_kind = 'party_government' and a.body_level = 4 and a.post_kind in ('party_chief', 'government_chief')
), judged as (
  select t.post, t.body, t.division,
    case when t.ends_on <= :on and not t.is_exempt and t.ends_on + 1 < t.starts_on + interval '1 month' * :minimum_months
      and (t.next_one is null or t.next_reference = '' or t.next_approved_on > t.next_starts_on + :approval_days)
      then 1 else 0 end as wrong,
    case when t.next_one is null then '离任后无人接任' when t.next_reference = '' then '变动没有批准文号' else '批准超过规定时限' end as why
  from tenure t
  join (
    select h.division - h.division % 1000 as township, sum(h.size) as registered
    from facts.household h where h.status not in ('removed', 'closed') group by h.division - h.division % 1000
  ) r on r.township = t.division
  join (
    select v.division - v.division % 1000 as township, sum(v.population) as population
    from facts.village v group by v.division - v.division % 1000
  ) v on v.township = t.division and r.registered * 100 >= v.population * :incidence
)
select j.post as id, 'post' as kind, j.division, b.name as label, j.why as why
from judged j join facts.body b on b.body = j.body
where j.wrong = 1
