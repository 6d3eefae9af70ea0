"""Pure decisions on the register: what a row must hold to be taken in, and how incomes add up."""
