using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;

namespace Bms.Can.Export;

/// <summary>What a run of <see cref="TableExport"/> did.</summary>
/// <param name="Log">What went through.</param>
/// <param name="Rows">Rows or lines written, without the head.</param>
public sealed record ExportResult(LogPipelineResult Log, long Rows);

/// <summary>Turns a log into a text table of signal values: CSV or JSON lines.</summary>
public static class TableExport
{
    /// <summary>Decodes a log into a stream.</summary>
    /// <param name="path">The log, of any format; "-" is standard input.</param>
    /// <param name="database">The messages.</param>
    /// <param name="output">Takes the table, UTF-8 with LF.</param>
    /// <param name="options">What and how.</param>
    /// <param name="pipeline">How the log is read.</param>
    /// <exception cref="CanLogException">The log is broken (strict).</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="ArgumentException">No signal matches the patterns.</exception>
    public static ExportResult Write(string path, DbcDatabase database, Stream output, ExportOptions options, LogPipelineOptions pipeline)
    {
        bool isJson = options.Layout == TableLayout.JsonLines;
        if (pipeline.Selection is null && !database.Messages.Any(message => message.Signals.Count > 0))
        {
            throw new ArgumentException($"{database.FileName} has no signal.");
        }

        pipeline.Selection?.WantedMessages(database);
        var columns = new TableColumns(database, pipeline.Selection, options, isJson ? TextBatch.Json : TextBatch.Csv);
        long rows = 0;
        void Take(TextBatch text)
        {
            output.Write(text.Bytes);
            rows += text.Rows;
            text.Dispose();
        }

        if (!isJson)
        {
            output.Write(TextBatch.Utf8((options.Layout == TableLayout.Long ? LongCsv.Head : WideCsv.HeadOf(columns)) + "\n"));
        }

        if (options.Layout == TableLayout.Resampled)
        {
            // The latest values go from batch to batch: one thread, while others cannot help.
            var table = new ResampledCsv(database, columns, options.PeriodNs);
            LogPipelineResult sampled = LogPipeline.Run(path, database, With(pipeline, threads: 1), () => table, (worker, batch) => worker.Take(batch), Take);
            Take(table.Finish());
            return new ExportResult(sampled, rows);
        }

        LogPipelineResult result = LogPipeline.Run(path, database, With(pipeline, pipeline.Threads), () => WorkerFor(options.Layout, database, columns), (worker, batch) => worker.Work(batch), Take);
        return new ExportResult(result, rows);
    }

    private static TextWorker WorkerFor(TableLayout layout, DbcDatabase database, TableColumns columns) => layout switch
    {
        TableLayout.Long => new LongCsv(database, columns),
        TableLayout.Wide => new WideCsv(database, columns),
        _ => new JsonLines(database, columns),
    };

    /// <summary>Texts are larger than what they are made of: few may wait.</summary>
    private static LogPipelineOptions With(LogPipelineOptions options, int threads) => new()
    {
        BatchesPerThread = 2,
        Read = options.Read,
        Window = options.Window,
        Selection = options.Selection,
        Threads = threads,
        Stop = options.Stop,
        Progress = options.Progress,
    };
}
