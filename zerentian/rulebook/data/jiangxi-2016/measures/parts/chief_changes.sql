-- Terms of the chiefs of areas, each beside its successor; whether the change lacks an approval in time, and why.
tenure as (
  select a.post, a.body, a.body_level, a.division, a.starts_on, a.ends_on, a.is_exempt,
    lead(a.appointment) over (partition by a.post order by a.starts_on, a.appointment) as next_one,
    lead(a.starts_on) over (partition by a.post order by a.starts_on, a.appointment) as next_starts_on,
    lead(a.approval_reference) over (partition by a.post order by a.starts_on, a.appointment) as next_reference,
    lead(a.approved_on) over (partition by a.post order by a.starts_on, a.appointment) as next_approved_on
  from facts.appointment a
  where a.body_kind = 'party_government' and a.post_kind in ('party_chief', 'government_chief')
), change as (
  select t.post, t.body, t.body_level, t.division, t.starts_on, t.ends_on,
    t.ends_on <= :on and not t.is_exempt
      and (t.next_one is null or t.next_reference = '' or t.next_approved_on > t.next_starts_on + :approval_days) as is_unapproved,
    case when t.next_one is null then '离任后无人接任' when t.next_reference = '' then '变动没有批准文号' else '批准超过规定时限' end as why
  from tenure t
)
