using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>What a scenario file may hold, for editors (JSON schema) and for the page; made from the keys that the reader knows.</summary>
    public static class CaseSchema
    {
        private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        /// <summary>The JSON schema (draft 2020-12) of a scenario file.</summary>
        public static string Json()
        {
            JsonObject schema = ObjectOf(CaseKeys.File);
            schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
            schema.Insert(1, "title", "Bms scenario file");
            return schema.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        }

        /// <summary>A table of the keys of one part, in Markdown.</summary>
        /// <param name="part">case, pack, controller, step or expect.</param>
        /// <exception cref="InvalidDataException">There is no such part.</exception>
        public static string Table(string part)
        {
            CaseKey[] keys = part switch
            {
                "case" => CaseKeys.Case,
                "pack" => CaseKeys.Pack,
                "controller" => CaseKeys.Controller,
                "step" => CaseKeys.Step,
                "expect" => CaseKeys.Expect,
                _ => throw new InvalidDataException($"'{part}' is no part of a scenario file: use case, pack, controller, step or expect"),
            };
            var table = new StringBuilder("| key | takes | meaning |\n|---|---|---|\n");
            foreach (CaseKey key in keys)
            {
                table.Append(CultureInfo.InvariantCulture, $"| `{key.Name}`{(key.IsRequired ? " (must)" : "")} | {Takes(key)} | {key.Description} |\n");
            }

            return table.ToString();
        }

        /// <summary>A table of the signals of the plant, in Markdown.</summary>
        public static string Signals()
        {
            IModelPort model = new VirtualBench(new BenchOptions { Pack = new Plant.Pack.PackOptions { CellCount = 1, ParallelCount = 1 } }).Model;
            var table = new StringBuilder("| signal | can be set |\n|---|---|\n");
            foreach (string name in model.Names)
            {
                table.Append(CultureInfo.InvariantCulture, $"| `{name.Replace("[1]", "[n]", StringComparison.Ordinal)}` | {(model.CanWrite(name) ? "yes" : "")} |\n");
            }

            return table.ToString();
        }

        /// <summary>A table of the catalogue, in Markdown.</summary>
        public static string Catalogue()
        {
            var table = new StringBuilder("| case | what it shows | requirements | runs |\n|---|---|---|---|\n");
            foreach (TestCase testCase in CaseCatalogue.All())
            {
                table.Append(CultureInfo.InvariantCulture, $"| {testCase.Id} | {testCase.Title.Replace("|", "\\|", StringComparison.Ordinal)} | {string.Join(", ", testCase.Requirements)} | {CaseVariant.Of(testCase).Count} |\n");
            }

            return table.ToString();
        }

        private static string Takes(CaseKey key) => key.Kind switch
        {
            KeyKind.TextList => "list of texts",
            KeyKind.Number => "number",
            KeyKind.Whole => "whole number",
            KeyKind.Flag => "true",
            KeyKind.Quantity => "quantity",
            KeyKind.Choice when key.Choices!.Length <= 8 => string.Join(", ", key.Choices),
            KeyKind.Choice => "name of an error",
            KeyKind.Map => "mapping",
            KeyKind.Object => "mapping",
            KeyKind.ObjectList => "list",
            _ => "text",
        };

        private static JsonObject ObjectOf(CaseKey[] keys)
        {
            var properties = new JsonObject();
            foreach (CaseKey key in keys)
            {
                JsonObject property = ValueOf(key);
                property["description"] = key.Description;
                properties[key.Name] = property;
            }

            var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
            string[] required = [.. keys.Where(k => k.IsRequired).Select(k => k.Name)];
            if (required.Length > 0)
            {
                schema["required"] = new JsonArray([.. required.Select(r => (JsonNode)r)]);
            }

            return schema;
        }

        private static JsonObject ValueOf(CaseKey key) => key.Kind switch
        {
            KeyKind.Number => new JsonObject { ["type"] = "number" },
            KeyKind.Whole => new JsonObject { ["type"] = "integer" },
            KeyKind.Flag => new JsonObject { ["type"] = "boolean" },
            KeyKind.TextList => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            KeyKind.Choice => new JsonObject { ["enum"] = new JsonArray([.. key.Choices!.Select(c => (JsonNode)c)]) },
            KeyKind.Map => new JsonObject { ["type"] = "object" },
            KeyKind.Object => ObjectOf(key.Keys!),
            KeyKind.ObjectList => new JsonObject { ["type"] = "array", ["items"] = ObjectOf(key.Keys!) },

            // A bare number is no text to YAML, and every quantity may be one.
            _ => new JsonObject { ["type"] = new JsonArray("string", "number") },
        };
    }
}
