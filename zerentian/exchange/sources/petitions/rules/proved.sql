-- id: petitions.proved
-- title: 群众反映不符合条件，查证属实
-- title_en: A report that the household is not entitled was found to be true
-- kind: doubt
-- standard: 七清四严·严4
-- severity: clear
-- definition: 群众反映在册贫困户成员不符合条件，规定年数以内办结，结果为属实或部分属实，而这一户仍在册
-- definition_en: A report that a member of a registered household is not entitled was finished within the given years as true or partly true, and the household is still in the register
-- article: 7
-- procedure: household.removal
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: years=petitions.years_back
-- shows: matter=反映事项|Matter, result=办理结果|Result, finished_on=办结日期|Finished on
-- ask: 查证的事实是什么，现在是否还是这样？|What was found, and is it still so?；查证后有没有重新核算收入和资产？|Were income and assets counted again afterwards?；注意保护反映人，不要打听是谁反映的|Protect whoever reported: do not ask who it was
select m.household, m.person, m.division, m.row, m.matter, m.result, m.finished_on
from matched.petitions m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.result in ('属实', '部分属实')
  and m.finished_on <= :on and date_diff('day', m.finished_on, :on) <= :years * 365.2425
