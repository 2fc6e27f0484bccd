using System.Text;
using Bms.Cli.CommandLine;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The first Ctrl-C lets files be cleaned up; a second one ends the program at once.
    press.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};

if (!Console.IsOutputRedirected)
{
    Console.OutputEncoding = new UTF8Encoding(false);
}

var terminal = new CliHost(Console.Out, Console.Error, !Console.IsOutputRedirected, stop.Token);
return BmsCommandLine.Run(args, terminal);
