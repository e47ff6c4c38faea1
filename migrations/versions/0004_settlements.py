"""What coders of comments agreed on by talking, beside their own codings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settlement",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_settlement_comment_id_comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["account.id"], name=op.f("fk_settlement_settled_by_id_account")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_settlement")),
    )
    op.create_table(
        "settlement_theme",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["settlement.comment_id"],
            name=op.f("fk_settlement_theme_comment_id_settlement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_settlement_theme_theme_id_theme")),
        sa.PrimaryKeyConstraint("comment_id", "theme_id", name=op.f("pk_settlement_theme")),
    )
    with op.batch_alter_table("settlement_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_theme_theme_id"), ["theme_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("settlement_theme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_theme_theme_id"))
    op.drop_table("settlement_theme")
    op.drop_table("settlement")
