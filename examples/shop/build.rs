fn main() -> signalbook_codegen::Result {
    signalbook_codegen::compile("schemas")
}
