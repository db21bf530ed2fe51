"""What the benchmarks of endurance and of kills are made of."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dau.training.benchmark_faults import Toll
from dau.training.benchmark_faults import _table as toll_table
from dau.training.benchmark_soak import Measured, Sample, _table, _turns_row, make_inputs


def test_inputs_are_all_different_the_same_again_and_can_be_added_to(tmp_path: Path) -> None:
    make_inputs(tmp_path / "a", 40, 4)
    make_inputs(tmp_path / "b", 25, 4)
    make_inputs(tmp_path / "c", 30, 0)
    make_inputs(tmp_path / "c", 40, 0)
    assert len(list((tmp_path / "a").glob("*.png"))) == len(list((tmp_path / "b").glob("*.png"))) == 4
    hashes = [hashlib.sha256(path.read_bytes()).digest() for path in (tmp_path / "c").iterdir()]
    assert len(hashes) == len(set(hashes)) == 40
    make_inputs(tmp_path / "d", 10, 0, after=30)
    assert {path.name for path in (tmp_path / "d").iterdir()} == {f"{n:06d}.txt" for n in range(30, 40)}
    for path in (tmp_path / "a").glob("*.txt"):
        assert path.read_bytes() == (tmp_path / "c" / path.name).read_bytes()


def run(pace: float, growth: float, machine: float = 1.0) -> tuple[Measured, list[float]]:
    """A hundred outcomes, the last ten at another pace, and memory that grows all the while; the machine goes at
    another pace, too, from the middle on."""
    ends = [float(n) for n in range(90)]
    ends += [89 + (n + 1) / pace for n in range(10)]
    samples = [
        Sample(at, int(2**30 * (1 + growth * at / ends[-1])), 2**27, at, yardstick=1 if at < 50 else 1 / machine)
        for at in ends
    ]
    return Measured(0, '{"skipped": {"success": 100}}', 100.0, samples), ends


def test_a_run_that_slows_down_or_grows_is_told() -> None:
    proof = Measured(0, "Proven", 1.0, [])
    for pace, growth, missed in ((1.0, 0.0, 0), (0.9, 0.0, 3), (1.0, 0.5, 1), (0.5, 0.5, 4)):
        first, ends = run(pace, growth)
        again = Measured(0, first.output, 2.0, [])
        table = _table("texts", 100, first, again, proof, ends)
        assert table.count("**missed**") == missed, table
    slow = Measured(0, first.output, 6.0, [])
    assert "6.00 s (target ≤ 5 s: **missed**)" in _table("texts", 100, *run(1.0, 0.0)[:1], slow, proof, ends)


def test_a_run_is_not_slower_for_a_slower_machine_nor_hidden_by_a_faster_one() -> None:
    def missed(pace: float, machine: float) -> list[str]:
        first, ends = run(pace, 0.0, machine)
        table = _table("texts", 100, first, first, Measured(0, "Proven", 1.0, []), ends)
        return [row.split("|")[1].strip().split(",")[0] for row in table.splitlines() if "≥ 0.95 ×: **" in row]

    by_machine = ["documents in the time of that work", "processor time a document"]
    assert missed(1.0, 1.0) == []
    assert missed(0.9, 0.9) == ["documents a second"]
    assert missed(1.0, 1.2) == by_machine
    assert missed(0.8, 1.0) == ["documents a second", *by_machine]


def test_an_archive_slower_than_an_empty_one_is_told_by_the_median_of_turns() -> None:
    assert "0.96 × (target ≥ 0.95 ×: met), from 0.50 to 1.20" in _turns_row([5.0, 9.6, 12.0], [10.0, 10.0, 10.0])
    assert "0.94 × (target ≥ 0.95 ×: **missed**)" in _turns_row([9.4, 9.0, 12.0], [10.0, 10.0, 10.0])


def test_every_kind_of_damage_by_a_kill_is_told() -> None:
    whole = Toll(moments=[1.0], inputs=40)
    whole.kills["leader"] = 1
    assert "**missed**" not in toll_table(whole)
    for field in ("lost", "doubled", "different", "survivors"):
        broken = Toll(moments=[1.0], inputs=40, **{field: 1})
        assert toll_table(broken).count("1 (target 0: **missed**)") == 1, field
    for field in ("half_written", "proof"):
        assert "**missed**): file_changed x" in toll_table(Toll(moments=[1.0], **{field: ["file_changed x"]}))
