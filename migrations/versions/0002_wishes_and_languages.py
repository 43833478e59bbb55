# SPDX-License-Identifier: MIT
"""Give each offer and seek wished sectors, priorities, and a language of its own.

Those stored before this migration wish for any sector, prefer what they wish for, and are in the
language of their actor until somebody saves them. Going back drops all three for good.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CRITERIA = ("type", "country", "kind", "sector", "language")


def upgrade() -> None:
    with op.batch_alter_table("opportunity") as opportunity:
        for column in (
            sa.Column("language", sa.String(length=8), nullable=False, server_default=""),
            sa.Column("language_chosen", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("sectors", sa.JSON(), nullable=False, server_default="[]"),
        ):
            opportunity.add_column(column)
        for criterion in CRITERIA:
            name = f"{criterion}_priority"
            opportunity.add_column(
                sa.Column(name, sa.String(length=8), nullable=False, server_default="prefer")
            )
            opportunity.create_check_constraint(
                op.f(f"ck_opportunity_{name}_known"), f"{name} IN ('nice', 'prefer', 'must')"
            )


def downgrade() -> None:
    with op.batch_alter_table("opportunity") as opportunity:
        for criterion in CRITERIA:
            name = f"{criterion}_priority"
            opportunity.drop_constraint(op.f(f"ck_opportunity_{name}_known"), type_="check")
            opportunity.drop_column(name)
        for name in ("sectors", "language_chosen", "language"):
            opportunity.drop_column(name)
