using System.CommandLine;
using Bms.IlInliner;

var assembly = new Argument<string>("assembly") { Description = "The assembly that the compiler made; it is changed, and its .pdb with it." };
var references = new Option<string[]>("--reference") { Description = "An assembly that it needs, with its path.", AllowMultipleArgumentsPerToken = true };
var border = new Option<string?>("--border") { Description = "Assembly with types that stand apart on the device: no call between them and the others is touched." };
var roots = new Option<string[]>("--root") { Description = "Method that has to be fast, with all that it calls, as Namespace.Type::Method; without it every method has to.", AllowMultipleArgumentsPerToken = true };
var command = new RootCommand("Puts small methods, and those with one call, in the place of their calls.") { assembly, references, border, roots };
command.SetAction(result =>
{
    try
    {
        Console.WriteLine(AssemblyFile.Inline(result.GetRequiredValue(assembly), result.GetValue(references) ?? [], result.GetValue(border), result.GetValue(roots) ?? []));
        return 0;
    }
    catch (Exception fault) when (fault is ArgumentException or IOException or UnauthorizedAccessException or BadImageFormatException or Mono.Cecil.AssemblyResolutionException)
    {
        Console.Error.WriteLine($"{result.GetRequiredValue(assembly)}: {fault.Message}");
        return 2;
    }
    catch (Mono.Cecil.Cil.SymbolsNotMatchingException)
    {
        Console.Error.WriteLine($"{result.GetRequiredValue(assembly)}: the .pdb beside it is of another build; delete it and build again");
        return 2;
    }
});
ParseResult parsed = command.Parse(args);
int exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : exitCode;
