using System.CommandLine;
using Bms.Can.Dbc;
using Bms.CodeGen;

var source = new Argument<string>("dbc") { Description = "The DBC file." };
var target = new Argument<string>("folder") { Description = "Folder for the generated C# files." };
var rootNamespace = new Option<string>("--namespace") { Description = "Namespace of the generated classes.", DefaultValueFactory = _ => "Bms.Core.Messages" };
var check = new Option<bool>("--check") { Description = "Write nothing; exit with 1 and name the stale files where the folder is not current." };
var command = new RootCommand("Turns a DBC file into allocation-free C# pack and unpack code for the firmware.") { source, target, rootNamespace, check };
command.SetAction(result =>
{
    string dbc = result.GetRequiredValue(source);
    string folder = result.GetRequiredValue(target);
    try
    {
        return Generation.Run(dbc, folder, result.GetRequiredValue(rootNamespace), result.GetValue(check), Console.Out, Console.Error);
    }
    catch (DbcException fault)
    {
        Console.Error.WriteLine(fault.Message);
        return 2;
    }
    catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(fault.Message);
        return 2;
    }
});
ParseResult parsed = command.Parse(args);
int exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : exitCode;
