//! What the guides show works: their configurations are valid, and the options of their commands exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::programs;
use crate::support::terraform::{Override, Terraform};

const HEAD: &str = r#"
terraform {
  required_providers {
    windows365 = { source = "windows365-rs/windows365" }
    intune     = { source = "windows365-rs/intune" }
  }
}
"#;

/// The text of every guide, by name.
fn guides() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides");
    let mut guides: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    guides.sort();
    guides
}

/// Blocks of a language, each with the guide that it is from.
fn blocks(language: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    for (guide, text) in guides() {
        let mut pieces = text.split("```");
        pieces.next();
        // Every other piece is inside of a fence.
        for piece in pieces.step_by(2) {
            if let Some(block) = piece.strip_prefix(&format!("{language}\n")) {
                blocks.push((guide.clone(), block.to_owned()));
            }
        }
    }
    blocks
}

/// Variables that a block uses and does not declare.
fn undeclared(block: &str) -> BTreeSet<&str> {
    let ends = |c: char| !(c.is_alphanumeric() || c == '_');
    let names = block.split("var.").skip(1).filter_map(|rest| rest.split(ends).next());
    names.filter(|name| !block.contains(&format!("variable \"{name}\""))).collect()
}

#[test]
fn every_configuration_in_a_guide_is_valid() {
    let Some(terraform) = Terraform::with(&[
        Override { source: "windows365-rs/windows365", program: programs::windows365() },
        Override { source: "windows365-rs/intune", program: programs::intune() },
    ]) else {
        return;
    };
    // Other providers are not there to be asked.
    let ours: Vec<_> = blocks("terraform")
        .into_iter()
        .filter(|(_, block)| !block.contains("azuread_") && !block.contains("azurerm_"))
        .collect();
    assert!(ours.len() >= 20, "{} blocks were found", ours.len());
    let mut root = String::new();
    for (index, (guide, block)) in ours.iter().enumerate() {
        let name = format!("{}_{index}", guide.replace('-', "_"));
        let folder = terraform.directory().join(&name);
        fs::create_dir(&folder).unwrap();
        let head = if block.contains("required_providers") { "" } else { HEAD };
        let variables: String = undeclared(block)
            .iter()
            .map(|name| format!("variable {name:?} {{ default = null }}\n"))
            .collect();
        fs::write(folder.join("main.tf"), format!("{head}{variables}{block}")).unwrap();
        let given = match block.contains("variable \"") {
            false => String::new(),
            true => declared(block).iter().map(|name| format!("  {name} = null\n")).collect(),
        };
        root.push_str(&format!("module {name:?} {{\n  source = \"./{name}\"\n{given}}}\n"));
    }
    terraform.write("main.tf", &root);
    terraform.run(&["get"]).succeeded();
    terraform.run(&["validate"]).succeeded();
}

/// Variables that a block declares.
fn declared(block: &str) -> Vec<&str> {
    block.split("variable \"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_option_in_a_guide_exists() {
    let usage = |command: &str| {
        let output =
            Command::new(programs::windows365()).args([command, "--help"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let mut seen = 0;
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for (guide, text) in guides().into_iter().chain([("README".to_owned(), readme)]) {
        for line in text.replace("\\\n", " ").lines() {
            let Some(arguments) = line.strip_prefix("terraform-provider-windows365 ") else {
                continue;
            };
            let mut words = arguments.split_whitespace();
            let command = words.next().unwrap();
            let usage = usage(command);
            assert!(usage.starts_with("Usage: "), "{guide}: {line}");
            for option in words.filter(|word| word.starts_with("--")) {
                let option = option.split('=').next().unwrap();
                assert!(
                    usage.contains(&format!("{option} ")) || usage.contains(&format!("{option}]")),
                    "{guide}: {option} in {line}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen >= 15, "{seen} options were found");
}
