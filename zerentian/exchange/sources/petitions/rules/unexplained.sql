-- id: petitions.unexplained
-- title: 群众反映有疑问，未能合理解释
-- title_en: A doubt that the public raised was not reasonably explained
-- kind: doubt
-- standard: 七清四严·严4
-- severity: strict
-- definition: 群众反映在册贫困户成员不符合条件，规定年数以内办结，结果为不能合理解释，而这一户仍在册
-- definition_en: A report that a member of a registered household is not entitled was finished within the given years without a reasonable explanation, and the household is still in the register
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: years=petitions.years_back
-- shows: matter=反映事项|Matter, result=办理结果|Result, finished_on=办结日期|Finished on
-- ask: 当时为什么说不清，现在能不能拿出凭证？|Why could it not be explained then, and is there proof now?；入户看到的收入、住房、车辆与档案是否一致？|Do income, house and vehicles seen agree with the file?；注意保护反映人，不要打听是谁反映的|Protect whoever reported: do not ask who it was
select m.household, m.person, m.division, m.row, m.matter, m.result, m.finished_on
from matched.petitions m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.result = '不能合理解释'
  and m.finished_on <= :on and date_diff('day', m.finished_on, :on) <= :years * 365.2425
