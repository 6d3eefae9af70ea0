-- id: taxes.property
-- title: 家庭成员购置或转让财产的计税价格达到标准
-- title_en: A member bought or sold considerable property
-- kind: doubt
-- standard: 七清四严·清1、清2
-- severity: clear
-- definition: 在册贫困户成员有规定年度以内缴纳住房契税、车辆购置税或申报财产转让，计税价格达到标准
-- definition_en: A member of a registered household has deed tax, vehicle purchase tax or a transfer of property taxed within the given years, of at least the given price
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=taxes.property_least, back=taxes.years_back
-- shows: year=所属年度|Year, kind=类别|Kind, paid_on=入库日期|Paid on
-- ask: 买（卖）的是什么，钱从哪里来、用到哪里去？|What was bought or sold, and where did the money come from or go?；财产现在登记在谁名下？|In whose name is it now?
select m.household, m.person, m.division, m.row, m.year, m.kind, m.paid_on
from matched.taxes m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.kind in ('财产转让', '契税（住房）', '车辆购置') and m.amount >= :least
  and m.state <> '已作废' and m.year >= year(:on) - :back
