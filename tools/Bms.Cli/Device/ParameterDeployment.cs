using System.Text.Json;
using Bms.Core.Configuration;
using Bms.Core.Storage;

namespace Bms.Cli.Device
{
    /// <summary>A parameter block as the files of a board's storage, with the list by which nanoff brings them there.</summary>
    /// <remarks>Both slots are written, so that nothing that stood there before can win. The folder is removed with <see cref="Dispose"/>.</remarks>
    internal sealed class ParameterDeployment : IDisposable
    {
        private const string ListName = "deploy.json";

        private readonly DirectoryInfo _folder;

        /// <summary>Writes the files.</summary>
        /// <param name="block">A valid block.</param>
        /// <param name="port">Serial port of the board.</param>
        /// <exception cref="IOException">The folder for temporary files cannot be written.</exception>
        public ParameterDeployment(ParameterBlock block, string port)
        {
            var slots = new Slots();
            var store = new ParameterStore(slots, 0);
            if (!store.Save(block) || !store.Save(block))
            {
                throw new ArgumentException("The firmware would refuse this block.", nameof(block));
            }

            _folder = Directory.CreateTempSubdirectory("bms-parameters-");
            var files = new List<Dictionary<string, string>>();
            for (int slot = 0; slot < slots.BlockCount; slot++)
            {
                string name = $"param{slot}.bin";
                string path = Path.Combine(_folder.FullName, name);
                File.WriteAllBytes(path, slots.Content[slot]);
                files.Add(new Dictionary<string, string> { ["DestinationFilePath"] = $"I:\\{name}", ["SourceFilePath"] = path });
            }

            ListPath = Path.Combine(_folder.FullName, ListName);
            File.WriteAllText(ListPath, JsonSerializer.Serialize(new Dictionary<string, object> { ["serialport"] = port, ["files"] = files }));
        }

        /// <summary>Path of the list, for <c>nanoff --filedeployment</c>.</summary>
        public string ListPath { get; }

        /// <inheritdoc/>
        public void Dispose() => _folder.Delete(recursive: true);

        private sealed class Slots : BlockStore
        {
            public byte[][] Content { get; } = [[], []];

            public override int BlockCount => Content.Length;

            public override int BlockLength => ParameterStore.BlockLength;

            public override int Read(int block, byte[] target)
            {
                Content[block].CopyTo(target, 0);
                return Content[block].Length;
            }

            public override bool Write(int block, byte[] source, int length)
            {
                Content[block] = source[..length];
                return true;
            }

            public override bool Erase(int block)
            {
                Content[block] = [];
                return true;
            }
        }
    }
}
