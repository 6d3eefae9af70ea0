"""Pages of the register: list, household file, corrections, village and county, imports."""

from zerentian.registry.views.applications import (
    application,
    application_end,
    application_income,
    application_list,
    application_member,
    application_member_change,
    application_member_drop,
    application_new,
    application_part,
    application_submit,
)
from zerentian.registry.views.changes import change_list, change_new, change_undo
from zerentian.registry.views.corrections import (
    household_change,
    household_confirm,
    income_change,
    income_new,
    income_rolling,
    paper_new,
    part_confirm,
    person_change,
    person_confirm,
    village_change,
)
from zerentian.registry.views.exits import exit_list
from zerentian.registry.views.files import household, household_history, household_reveal
from zerentian.registry.views.imports import (
    import_confirm,
    import_new,
    import_show,
    import_template,
    import_withdraw,
    imports,
)
from zerentian.registry.views.kinship import kinship_end, kinship_new, kinships
from zerentian.registry.views.lists import households, households_export
from zerentian.registry.views.places import county, village
from zerentian.registry.views.prints import household_print, household_prints, village_print, village_prints
from zerentian.registry.views.quality import (
    quality,
    quality_area,
    quality_exceptions,
    quality_exceptions_export,
    quality_explain,
    quality_export,
    quality_revoke,
)
from zerentian.registry.views.registers import counties, counts_page, counts_take, villages

__all__ = [
    "application",
    "application_end",
    "application_income",
    "application_list",
    "application_member",
    "application_member_change",
    "application_member_drop",
    "application_new",
    "application_part",
    "application_submit",
    "counties",
    "counts_page",
    "counts_take",
    "change_list",
    "change_new",
    "change_undo",
    "county",
    "exit_list",
    "household",
    "household_change",
    "household_confirm",
    "household_history",
    "kinship_end",
    "kinship_new",
    "kinships",
    "household_print",
    "household_prints",
    "household_reveal",
    "households",
    "households_export",
    "import_confirm",
    "import_new",
    "import_show",
    "import_template",
    "import_withdraw",
    "imports",
    "income_change",
    "income_new",
    "income_rolling",
    "paper_new",
    "part_confirm",
    "person_change",
    "person_confirm",
    "quality",
    "quality_area",
    "quality_exceptions",
    "quality_exceptions_export",
    "quality_explain",
    "quality_export",
    "quality_revoke",
    "village",
    "villages",
    "village_change",
    "village_print",
    "village_prints",
]
