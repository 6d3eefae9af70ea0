-- id: medical_settlement.paid_alone
-- title: 住院费用全部自付
-- title_en: A hospital stay paid by the person alone
-- kind: gap
-- standard: 基本医疗有保障
-- severity: strict
-- definition: 在册户成员一次住院的费用没有任何医保、保险或救助支付，全部由个人承担；外伤由第三方负责等情形在核实时说明
-- definition_en: A hospital stay of a member of a registered household to which no insurance or aid paid anything; where a third party is liable the visit says so
-- article: 7
-- checked_by: village
-- owner: medical_insurance
-- version: 1
-- from: 2016-01-01
-- shows: settled_on=结算日期|Settled on, kind=结算类别|Kind, insured=档案参保情况|Insurance in the register
-- ask: 当年是否参保缴费，有没有缴费凭证？|Was the person insured that year and is there a proof?；没有报销的原因是什么（未参保、外伤、未备案）？|Why was nothing paid?
select m.household, m.person, m.division, m.row, m.settled_on, m.kind,
  case when p.insured_medical then '登记参保' else '登记未参保' end as insured
from matched.medical_settlement m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.kind = '住院' and m.own > 0
  and extract(year from m.settled_on) >= extract(year from :on) - 1
  and coalesce(m.basic, 0) + coalesce(m.serious, 0) + coalesce(m.supplement, 0) + coalesce(m.aid, 0) = 0
