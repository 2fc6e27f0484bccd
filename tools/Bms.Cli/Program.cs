System.Console.Out.WriteLine("bms");
