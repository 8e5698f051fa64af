"""All cases of a rule in one query: each row carries the number of its case, and no step mixes two cases.

Spark plans far longer than it computes, so a rule's cases run together there. The change is mechanical: the
number is a column of every table and every step, joins compare it, groups and windows have it in their key.
A fault in it could not stay hidden: what comes out is compared with the rule as it is, case by case.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

NUMBER = "case_no"
CASES = "case_list"  # one row a case


def _number(of: str) -> exp.Expr:
    return exp.column(NUMBER, table=of)


def _sources(select: exp.Select) -> exp.Expr:
    """Let joins compare the number; the select's own number."""
    source = select.args.get("from_")
    if source is None:
        select.set("from_", exp.From(this=exp.alias_(exp.to_table(CASES), "k", table=True)))
        return _number("k")
    number = _number(source.this.alias_or_name)
    for join in select.args.get("joins") or []:
        other = _number(join.this.alias_or_name)
        same = exp.EQ(this=number.copy(), expression=other)
        stated = join.args.get("on")
        if join.args.get("kind") == "CROSS":
            join.set("kind", None)
        join.set("on", exp.and_(stated, same) if stated is not None else same)
        if join.args.get("side") == "FULL":
            number = exp.func("coalesce", number.copy(), other.copy())
    return number


def _aggregates(select: exp.Select) -> bool:
    return not select.args.get("group") and any(
        not isinstance(found.parent, exp.Window) and found.find_ancestor(exp.Select) is select
        for projection in select.selects
        for found in projection.find_all(exp.AggFunc)
    )


def _of_nothing(projection: exp.Expr) -> exp.Expr:
    """What an aggregate says of no rows: 0 for a count, null for the others."""

    def value(node: exp.Expr) -> exp.Expr:
        counted = node.this if isinstance(node, exp.Filter) else node
        if isinstance(counted, exp.AggFunc):
            return exp.Literal.number(0) if isinstance(counted, exp.Count) else exp.null()
        return node

    return projection.copy().transform(value)


def _with_number(select: exp.Select) -> None:
    is_total = _aggregates(select)
    for window in select.find_all(exp.Window):
        if window.find_ancestor(exp.Select) is select:
            own = _number(select.args["from_"].this.alias_or_name)
            window.set("partition_by", [own, *(window.args.get("partition_by") or [])])
    number = _sources(select)
    stated = list(select.selects)
    group = select.args.get("group")
    if group is not None:
        group.append("expressions", number.copy())
    select.set("expressions", [exp.alias_(number.copy(), NUMBER), *stated])
    if not is_total:
        return
    present = select.copy()
    present.set("expressions", [exp.alias_(number.copy(), NUMBER)])
    select.set("group", exp.Group(expressions=[number.copy()]))
    absent = (
        exp.select(exp.alias_(_number("k"), NUMBER), *(_of_nothing(one) for one in stated))
        .from_(exp.alias_(exp.to_table(CASES), "k", table=True))
        .join(present.subquery("g"), on=exp.EQ(this=_number("k"), expression=_number("g")), join_type="anti")
    )
    slot = exp.Select()
    select.replace(slot)
    slot.replace(exp.union(select, absent, distinct=False, copy=False))


def together(query: exp.Query) -> exp.Query:
    """The query over all cases at once, its rows with their case's number in front."""
    whole = query.copy()
    holder = exp.Paren(this=whole)  # so that the outermost select can be replaced too
    for select in reversed(list(holder.find_all(exp.Select, bfs=False))):
        _with_number(select)
    numbered: exp.Query = holder.this
    return numbered


def steps(query: exp.Query) -> Iterator[tuple[str, exp.Query]]:
    """A query's CTEs in their order, then what remains under the name ''.

    Spark computes a CTE anew wherever it is named; one after another, each is planned once.
    """
    rest = query.copy()
    found = rest.args.get("with_")
    if found is not None:
        rest.set("with_", None)
        for cte in found.expressions:
            yield cte.alias, cte.this
    yield "", rest
