"""Forms of the organisations app: column specs of import and export, and the short forms of its pages."""
