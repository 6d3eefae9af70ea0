-- id: disclosure.complete.township
-- title: 乡村公告公示完整率
-- title_en: Notices of townships and villages that are complete
-- unit: percent
-- grain: village
-- definition: 按时发布、按时上传张贴照片、公示期满后结束且没有异议逾期未答复的公告公示 ÷ 应发布或已发布的乡、村公告公示（撤下的不计）
-- definition_en: Notices published in time, proved by a photo in time, ended after their days and with no objection late ÷ notices of villages and townships that are published or should be (those taken down left out)
-- article: 25
-- evidence_en: Notices that are late, unproved or with objections unanswered
with late as (
  select o.notice, count(*) as objections from facts.objection o
  where o.due_on < :on and (o.answered_on is null or o.answered_on > o.due_on)
  group by o.notice
)
select n.division,
  sum(case when n.published_on <= n.due_on and (n.proved_on <= n.proof_due_on or n.proof_due_on >= :on)
    and (n.ended_on is not null or n.period_to >= :on) and l.notice is null then 1 else 0 end) as numerator,
  count(*) as denominator
from facts.notice n left join late l on l.notice = n.notice
where n.state <> 'taken_down' and n.kind <> 'project.county' and n.kind <> 'exit.county'
  and (n.published_on is not null or n.due_on < :on)
group by n.division

-- evidence: 发布或张贴不及时、异议逾期的公告公示
with late as (
  select o.notice, count(*) as objections from facts.objection o
  where o.due_on < :on and (o.answered_on is null or o.answered_on > o.due_on)
  group by o.notice
)
select n.notice as id, 'notice' as kind, n.division, n.code as label,
  case when n.published_on is null then '到期未发布'
       when n.published_on > n.due_on then '发布超过时限'
       when n.proved_on is null then '没有张贴照片'
       when n.proved_on > n.proof_due_on then '张贴照片超过时限'
       when l.notice is not null then '异议逾期未答复'
       else '公示期满未结束' end as why
from facts.notice n left join late l on l.notice = n.notice
where n.state <> 'taken_down' and n.kind <> 'project.county' and n.kind <> 'exit.county'
  and (n.published_on is not null or n.due_on < :on)
  and not (n.published_on is not null and n.published_on <= n.due_on
    and (n.proof_due_on >= :on or (n.proved_on is not null and n.proved_on <= n.proof_due_on))
    and (n.ended_on is not null or n.period_to >= :on) and l.notice is null)
