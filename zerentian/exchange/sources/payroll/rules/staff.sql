-- id: payroll.staff
-- title: 家庭成员由财政统发工资
-- title_en: A member is on the fiscal payroll
-- kind: doubt
-- standard: 七清四严·严2
-- severity: strict
-- definition: 在册贫困户成员是财政统发的公务员、事业编制或国有企业人员，且尚未停发；公益性岗位、临时聘用、遗属补助、村干部报酬除外
-- definition_en: A member of a registered household is paid as civil servant, public institution or state enterprise staff, not ended; public-welfare posts, temporary staff, survivors and village cadres excepted
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: unit=发放单位|Paying unit, post=人员类别|Kind, since=起始日期|Since
-- ask: 本人是否仍在岗，与登记户是否共同生活？|Is the person in post and living with the household?；参加工作前还是后识别为贫困户？|Was the household identified before or after?；是否应按家庭收入重新核算？|Does the income have to be worked out again?
select m.household, m.person, m.division, m.row, m.unit, m.post, m.since
from matched.payroll m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.post in ('公务员', '事业编制', '国有企业') and (m.until is null or m.until > :on)
