"""pm4py among those who answer the questions of the figures. It and its pandas carry no types, and come in when they are asked."""

from importlib import import_module

import polars as pl

from bench.events import ENTERING, KINDS, MOVES, Log
from bench.plan import STAGES
from bench.questions import COUNTED, Rows, plain


class Pm4py:
    """pm4py, which mines processes: funnel and dwell by its own functions, the rest by the pandas frame that it keeps the log in."""

    name, largest = "pm4py", 100_000

    def load(self, log: Log) -> None:
        """The log as pm4py wants it: activities by name, times as times."""
        self._miner = import_module("pm4py")
        self._graph = import_module("pm4py.algo.discovery.dfg.adapters.pandas.df_statistics").get_dfg_graph
        frame = import_module("pandas").DataFrame
        self._deals = frame({name: log.deals[name].to_numpy() for name in log.deals.columns})
        events = log.events.with_columns(
            pl.when(pl.col("kind").is_in(ENTERING))
            .then(pl.lit("stage ") + pl.col("stage").cast(pl.String))
            .otherwise(pl.col("kind").replace_strict(dict(enumerate(KINDS)), return_dtype=pl.String))
            .alias("activity"),
            pl.from_epoch("moment").alias("time"),
        )
        log_frame = frame({name: events[name].to_numpy() for name in events.columns})
        log_frame["time"] = log_frame["time"].dt.tz_localize("UTC")
        log_frame["deal"] = log_frame["deal"].astype(str)
        log_frame["activity"] = log_frame["activity"].astype(str)
        self._events = self._miner.format_dataframe(
            log_frame, case_id="deal", activity_key="activity", timestamp_key="time"
        )

    def report(self, question: str) -> Rows:
        """By its own function, or by its frame."""
        found: Rows = getattr(self, f"_{question}")()
        return found

    def _funnel(self) -> Rows:
        told = self._miner.get_event_attribute_values(self._events, "concept:name", count_once_per_case=True)
        return [
            (float(stage), float(told[f"stage {stage}"]))
            for stage in range(len(STAGES))
            if f"stage {stage}" in told
        ]

    def _conversion(self) -> Rows:
        deals = self._deals
        month = (
            import_module("pandas").to_datetime(deals["created"], unit="s").dt.strftime("%Y%m").astype(int)
        )
        found = deals.assign(won=deals["status"] == 1, lost=deals["status"] == 2, month=month)
        table = (
            found.groupby(["owner", "month"]).agg({"won": "sum", "lost": "sum", "id": "size"}).reset_index()
        )
        return plain(table.to_numpy().tolist())

    def _dwell(self) -> Rows:
        moves = self._events[self._events["kind"].isin(MOVES)]
        between = self._graph(
            moves, measure="performance", perf_aggregation_key="raw_values", sort_caseid_required=False
        )
        lasted: dict[int, list[float]] = {}
        for (begun, _), stays in between.items():
            lasted.setdefault(int(begun.removeprefix("stage ")), []).extend(stays)
        series = import_module("pandas").Series
        told = ((stage, series(lasted[stage])) for stage in sorted(lasted))
        return [
            (float(stage), float(len(stays)), float(stays.mean()), float(stays.median()))
            for stage, stays in told
        ]

    def _scorecard(self) -> Rows:
        pandas = import_module("pandas")
        kinds = pandas.crosstab(self._events["actor"], self._events["kind"]).reindex(
            columns=list(COUNTED), fill_value=0
        )
        touched = self._events.groupby("actor")["case:concept:name"].nunique().rename("touched")
        won = self._deals[self._deals["status"] == 1].groupby("owner")["amount"].agg(["size", "sum"])
        table = kinds.join(touched).join(won).fillna(0).reset_index()
        return plain(table.to_numpy().tolist())

    def close(self) -> None:
        """Let the frames go."""
        del self._deals, self._events
