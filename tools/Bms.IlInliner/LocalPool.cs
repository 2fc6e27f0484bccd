using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlInliner
{
    /// <summary>Locals that a method gets for what was put into it. Two call sites are never at work at the same time, so they share them.</summary>
    internal sealed class LocalPool
    {
        /// <summary>Most locals of a method: the device's file format has a byte for their number.</summary>
        public const int MaxLocals = 250;

        private readonly MethodDefinition _host;
        private readonly List<VariableDefinition> _all = [];
        private readonly List<VariableDefinition> _free = [];

        public LocalPool(MethodDefinition host)
        {
            _host = host;
        }

        public bool Contains(VariableDefinition local) => _all.Contains(local);

        /// <summary>A local of a type that this call site has for itself.</summary>
        public VariableDefinition Take(TypeReference type)
        {
            int at = _free.FindIndex(v => v.VariableType.FullName == type.FullName);
            if (at >= 0)
            {
                VariableDefinition found = _free[at];
                _free.RemoveAt(at);
                return found;
            }

            var local = new VariableDefinition(type);
            _host.Body.Variables.Add(local);
            _all.Add(local);
            return local;
        }

        /// <summary>The call site is done.</summary>
        public void Release()
        {
            _free.Clear();
            _free.AddRange(_all);
        }
    }
}
