System.Console.Out.WriteLine("codegen");
