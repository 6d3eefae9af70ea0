-- id: bodies.applicability_stated
-- title: 适用范围已明确的主体
-- title_en: Bodies whose applicability is on record
-- unit: percent
-- grain: body
-- definition: 已记明有无脱贫攻坚任务、且与档案不矛盾的主体；没有任务而辖区内仍有在册户的不算
-- definition_en: Bodies on record as having tasks or not, without households in the register that say otherwise
-- article: 2
-- evidence_en: Bodies recorded as without tasks whose village has households in the register
select b.body, b.division, case when b.has_tasks or h.division is null then 1 else 0 end as numerator, 1 as denominator
from facts.body b
left join (select distinct h.division from facts.household h where h.status not in ('removed', 'closed')) h on h.division = b.division
where b.kind in ('party_government', 'village_committee') and b.level >= 2 and b.ended_on is null

-- evidence: 记为没有任务、却仍有在册户的主体
select b.body as id, 'body' as kind, b.division, b.name as label, '记为没有任务，村内仍有在册户' as why, b.body
from facts.body b
where b.kind in ('party_government', 'village_committee') and b.level >= 2 and b.ended_on is null and not b.has_tasks
  and exists (select 1 from facts.household h where h.division = b.division and h.status not in ('removed', 'closed'))
