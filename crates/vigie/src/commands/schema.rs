//! `vigie schema`.

use contact::Network;
use contract::Contract;
use intake::Mapping;

use super::print_json;
use crate::{
    args::{SchemaArgs, SchemaOf},
    exit::Exit,
};

pub fn run(args: &SchemaArgs) -> anyhow::Result<Exit> {
    match args.of {
        SchemaOf::Network => print_json(&Network::schema())?,
        SchemaOf::Contract => print_json(&Contract::schema())?,
        SchemaOf::Mapping => print_json(&Mapping::schema())?,
    }
    Ok(Exit::Done)
}
