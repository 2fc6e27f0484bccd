using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.InterpreterTests
{
    /// <summary>Writes a recording as assemblies, because an interpreter has no files and an assembly holds less than 64 KiB of constants.</summary>
    internal static class RecordingAssemblies
    {
        private const string PartClass = "RecordedPart";

        /// <summary>Writes one assembly for each part, the parameters and the pins, and one that knows them all.</summary>
        /// <returns>Paths of all of them; the last one is the one that the player refers to.</returns>
        public static IReadOnlyList<string> Write(Recording recording, string folder)
        {
            var paths = new List<string>();
            foreach (byte[] bytes in recording.Parts.Append(recording.Parameters).Append(recording.Inputs).Append(recording.Collects))
            {
                paths.Add(WritePart(bytes, paths.Count, folder));
            }

            using ModuleDefinition module = ModuleDefinition.ReadModule(Repository.Contract("Bms.Recording", "Bms.Recording.dll"));
            TypeDefinition data = module.Types.Single(type => type.Name == "RecordedData");
            MethodReference[] parts = paths.Select((path, index) => BytesOf(module, index)).ToArray();

            WriteBody(data, "PartCount", il => il.Emit(OpCodes.Ldc_I4, recording.Parts.Count));
            WriteBody(data, "StartMs", il => il.Emit(OpCodes.Ldc_I4, unchecked((int)recording.StartMs)));
            WriteBody(data, "Seconds", il => il.Emit(OpCodes.Ldc_I4, recording.Seconds));
            WriteBody(data, "FurtherRounds", il => il.Emit(OpCodes.Ldc_I4, recording.FurtherRounds));
            WriteBody(data, "Chip", il => il.Emit(OpCodes.Ldc_I4, recording.Chip));
            WriteBody(data, "OscillatorHz", il => il.Emit(OpCodes.Ldc_I4, recording.OscillatorHz));
            WriteBody(data, "Parameters", il => il.Emit(OpCodes.Call, parts[^3]));
            WriteBody(data, "Inputs", il => il.Emit(OpCodes.Call, parts[^2]));
            WriteBody(data, "Collects", il => il.Emit(OpCodes.Call, parts[^1]));
            WriteBody(data, "Part", il =>
            {
                for (int i = 0; i < recording.Parts.Count; i++)
                {
                    Instruction next = il.Create(OpCodes.Nop);
                    il.Emit(OpCodes.Ldarg_0);
                    il.Emit(OpCodes.Ldc_I4, i);
                    il.Emit(OpCodes.Bne_Un, next);
                    il.Emit(OpCodes.Call, parts[i]);
                    il.Emit(OpCodes.Ret);
                    il.Append(next);
                }

                il.Emit(OpCodes.Ldnull);
            });

            string recordingPath = Path.Combine(folder, "Bms.Recording.dll");
            module.Write(recordingPath);
            paths.Add(recordingPath);
            return paths;
        }

        // The compiler's own form of a constant array, with other bytes and another length.
        private static string WritePart(byte[] bytes, int index, string folder)
        {
            string name = "Bms.Recording.Part" + index;
            using ModuleDefinition module = ModuleDefinition.ReadModule(Repository.Contract("Bms.RecordingPart", "Bms.RecordingPart.dll"));
            module.Assembly.Name.Name = name;
            module.Name = name + ".dll";
            module.Mvid = new Guid(index, 0, 0, new byte[8]);
            TypeDefinition type = module.Types.Single(t => t.Name == PartClass);
            type.Name = PartClass + index;

            MethodBody body = type.Methods.Single(m => m.Name == "Bytes").Body;
            Instruction load = body.Instructions.Single(i => i.OpCode == OpCodes.Ldtoken);
            FieldDefinition field = ((FieldReference)load.Operand).Resolve();
            field.InitialValue = bytes;
            field.FieldType.Resolve().ClassSize = bytes.Length;
            Instruction length = body.Instructions.Single(i => i.OpCode == OpCodes.Newarr).Previous;
            length.OpCode = OpCodes.Ldc_I4;
            length.Operand = bytes.Length;

            string path = Path.Combine(folder, name + ".dll");
            module.Write(path);
            return path;
        }

        private static MethodReference BytesOf(ModuleDefinition module, int index)
        {
            var assembly = new AssemblyNameReference("Bms.Recording.Part" + index, new Version(0, 0, 0, 0));
            module.AssemblyReferences.Add(assembly);
            var type = new TypeReference("Bms.Recording", PartClass + index, module, assembly);
            return new MethodReference("Bytes", new ArrayType(module.TypeSystem.Byte), type) { HasThis = false };
        }

        private static void WriteBody(TypeDefinition type, string method, Action<ILProcessor> write)
        {
            MethodBody body = type.Methods.Single(m => m.Name == method).Body;
            body.Instructions.Clear();
            body.MaxStackSize = 2;
            ILProcessor il = body.GetILProcessor();
            write(il);
            il.Emit(OpCodes.Ret);
        }
    }
}
