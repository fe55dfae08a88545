// Prints, a line each, what the typings of the first file say and those of the second do not: exported names, and the public
// members of the types among them.
import ts from "typescript";

const files = process.argv.slice(2);
const program = ts.createProgram(files, { moduleResolution: ts.ModuleResolutionKind.Node10, skipLibCheck: true });
const checker = program.getTypeChecker();
const [theirs, ours] = files.map((file) => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
});

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
const isPublic = (member) => !(member.declarations ?? []).some((each) => ts.getCombinedModifierFlags(each) & HIDDEN);

const typeOf = (symbol) => checker.getDeclaredTypeOfSymbol(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
const membersOf = (type) => checker.getPropertiesOfType(type).filter(isPublic).map((member) => member.name);

for (const [name, symbol] of theirs) {
  const own = ours.get(name);
  if (!own) {
    console.log(name);
    continue;
  }
  const type = typeOf(own);
  if (type.getStringIndexType() || !(type.flags & ts.TypeFlags.Object)) continue; // takes any member, or is no object
  const known = new Set(membersOf(type));
  for (const member of membersOf(typeOf(symbol))) if (!known.has(member)) console.log(`${name}.${member}`);
}
